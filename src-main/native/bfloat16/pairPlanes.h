// Work in bfloat16 on whole planes of one image, put together from tiles. Planes of pairs have the strides of PlaneSize; rows
// hold one channel each, pixel after pixel, for sums over pixels.
#pragma once

#include <vector>

#include "../planes.h"
#include "tiles.h"

namespace denselab {

// Weights of a product or a convolution, rounded, in the order in which tiles read them: blocks of up to twelve outputs,
// inside them one pair of inputs after another. The number of outputs is even.
class PackedPairs {
 public:
  // `at(output, depth, half)` gives the weight of the first or second channel of a pair; depth counts taps last.
  template <class At>
  void pack(int outputs, int depth, At at) {
    outputs_ = outputs;
    depth_ = depth;
    values_.resize(static_cast<std::size_t>(outputs) * depth);
    std::size_t next = 0;
    for (int first = 0; first < outputs; first += kPairRows) {
      const int last = std::min(outputs, first + kPairRows);
      for (int k = 0; k < depth; ++k)
        for (int output = first; output < last; ++output) values_[next++] = pairOf(at(output, k, 0), at(output, k, 1));
    }
  }
  int outputs() const { return outputs_; }
  int depth() const { return depth_; }
  // Outputs of the block that begins at `first`, a multiple of twelve, and its weights.
  int rows(int first) const { return std::min(kPairRows, outputs_ - first); }
  const Pair* block(int first) const { return values_.data() + static_cast<std::size_t>(first) * depth_; }

 private:
  int outputs_ = 0;
  int depth_ = 0;
  std::vector<Pair> values_;
};

// Rows of pixels of one channel each: zeros behind the pixels, up to a multiple of 32.
inline std::size_t rowStride(const PlaneSize& size) { return roundUp(size.stride, kRowLanes); }
inline int rowSpan(const PlaneSize& size) { return roundUp(size.span, kRowLanes); }

// The rows of one block of outputs from `first` on; `pixels` is a multiple of sixteen.
void multiplyPairs(const PackedPairs& weights, int first, const Pair* in, std::size_t inStride, int pixels, float* out,
                   std::size_t outStride);

// out = 3x3 convolution of bordered planes, for the block of outputs from `first` on, with zeros behind the pixels; `flat`
// holds twelve bordered planes of floats.
void convolvePairs(const PackedPairs& weights, int first, const Pair* in, const PlaneSize& size, float* out, float* flat);

// All products of rows: out[l * outLeft + r * outRight] += left[l] . right[r], over a multiple of 32 pixels.
void dotRowsOfPixels(const Brain* left, std::size_t leftStride, int leftRows, const Brain* right, std::size_t rightStride,
                     int rightRows, int pixels, float* out, std::size_t outLeft, std::size_t outRight);

// The same of bordered rows, against the nine shifts of the right side: out[tap * outTap + l + r * outRight].
void dotShiftedRows(const Brain* left, int leftRows, const Brain* right, int rightRows, const PlaneSize& size, float* out,
                    std::size_t outTap, std::size_t outRight);

// Calls visit(lanes, at, bordered) for up to sixteen pixels of a line at a time, with their places in a plane without and
// with a border.
template <class Visit>
void eachOfLines(const PlaneSize& size, Visit visit) {
  for (int y = 0; y < size.height; ++y)
    for (int x = 0; x < size.width; x += kLanes)
      visit(firstLanes(size.width - x), y * size.width + x, (y + 1) * size.borderedWidth + 1 + x);
}

}  // namespace denselab
