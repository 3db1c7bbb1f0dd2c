// Work on whole planes of one image, put together from tiles.
#pragma once

#include <cstddef>
#include <vector>

namespace denselab {

// Weights of a product, in the order in which tiles read them: blocks of up to twelve outputs, inside them
// one depth after another.
class PackedWeights {
 public:
  // `at(output, depth)` gives a weight.
  template <class At>
  void pack(int outputs, int depth, At at) {
    outputs_ = outputs;
    depth_ = depth;
    values_.resize(static_cast<std::size_t>(outputs) * depth);
    std::size_t next = 0;
    for (int first = 0; first < outputs; first += 12) {
      const int rows = outputs - first < 12 ? outputs - first : 12;
      for (int k = 0; k < depth; ++k)
        for (int row = 0; row < rows; ++row) values_[next++] = at(first + row, k);
    }
  }
  int outputs() const { return outputs_; }
  int depth() const { return depth_; }
  // The block that begins at output `first`, a multiple of twelve.
  const float* block(int first) const { return values_.data() + static_cast<std::size_t>(first) * depth_; }

 private:
  int outputs_ = 0;
  int depth_ = 0;
  std::vector<float> values_;
};

// Size of the planes of one image. Planes have no border, rows of pixels one after another, and zeros up to `span`, a
// multiple of sixteen; bordered planes have a border of one pixel of zeros all around, and room to read on behind the end.
struct PlaneSize {
  int height;
  int width;
  int pixels;
  int span;
  // From one plane to the next: never a multiple of a kilobyte, whose planes would fight for the same cache sets.
  int stride;
  int borderedWidth;
  int borderedStride;

  static PlaneSize of(int height, int width);
};

// out = weights * in, planes of `stride` floats; `pixels` (a multiple of sixteen) of each plane are computed.
void multiplyPlanes(const PackedWeights& weights, const float* in, std::size_t inStride, int pixels, float* out,
                    std::size_t outStride);

// The rows of one block of up to twelve outputs from `first` on.
void multiplyBlock(const PackedWeights& weights, int first, const float* in, std::size_t inStride, int pixels, float* out,
                   std::size_t outStride);

// All products of rows: out[l * outLeft + r * outRight] += left[l] . right[r], over a multiple of sixteen floats.
void dotRows(const float* left, std::size_t leftStride, int leftRows, const float* right, std::size_t rightStride,
             int rightRows, int pixels, float* out, std::size_t outLeft, std::size_t outRight);

// plane = max(scale * plane + shift, 0), and zeros behind its end.
void activatePlane(const float* plane, float scale, float shift, const PlaneSize& size, float* out);

// From [pixel][channel] to planes with zeros behind their ends, and back.
void toPlanes(const float* pixels, int channels, const PlaneSize& size, float* planes);
void fromPlanes(const float* planes, int channels, const PlaneSize& size, float* pixels);

}  // namespace denselab
