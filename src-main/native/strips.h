// 3x3 convolutions by strips of four rows. Vertically they are Winograd's F(4, 3) (Lavin and Gray, CVPR 2016): six products in
// place of twelve, and because vectors lie along the rows, the transforms are additions of whole vectors. Horizontally the
// three taps stay as they are.
#pragma once

#include <algorithm>
#include <cstddef>
#include <limits>
#include <type_traits>
#include <vector>

#include "planes.h"
#include "simd.h"

namespace denselab {

constexpr int kStripRows = 4;
// Products of a strip: rows of its transform.
constexpr int kProducts = 6;
constexpr int kTaps = 3;
// Output channels of one tile, with six products each: 24 sums in registers.
constexpr int kStripTileRows = 4;

// How planes are cut into strips. Up to a width of eight a vector holds a row of one strip and the same row of the next one.
struct StripSize {
  explicit StripSize(const PlaneSize& size)
      : halves(size.width <= kLanes / 2),
        strips(roundUp((size.height + kStripRows - 1) / kStripRows, halves ? 2 : 1)),
        columns(halves ? 1 : (size.width + kLanes - 1) / kLanes),
        rowStride((halves ? kLanes / 2 : columns * kLanes) + 4),
        height(size.height),
        width(size.width) {}

  bool halves;
  // Even where vectors hold two; what lies below the plane is zeros.
  int strips;
  int columns;
  // From one transformed row to the next. A row begins with the pixel left of the plane, and is zero outside it.
  int rowStride;
  int height;
  int width;

  int stripsAtOnce() const { return halves ? 2 : 1; }
  // Vectors of one row of products without border.
  int vectors() const { return strips * columns / stripsAtOnce(); }
};

// max(scale * x + shift, floor): a BatchNorm and a ReLU, or nothing at all.
struct Activation {
  float scale;
  float shift;
  float floor;
};
constexpr Activation kAsItIs{1, 0, -std::numeric_limits<float>::infinity()};

// Weights of a 3x3 convolution in the order in which tiles read them.
class StripWeights {
 public:
  // `at(output, channel, y, x)` gives a weight.
  template <class At>
  void pack(int outputs, int channels, At at) {
    outputs_ = outputs;
    channels_ = channels;
    values_.resize(static_cast<std::size_t>(outputs) * channels * kTaps * kProducts);
    for (int to = 0; to < outputs; ++to)
      for (int from = 0; from < channels; ++from)
        for (int x = 0; x < kTaps; ++x) put(to, from, x, at(to, from, 0, x), at(to, from, 1, x), at(to, from, 2, x));
  }
  int outputs() const { return outputs_; }
  int channels() const { return channels_; }
  // Those of the outputs from `first` on, a multiple of four.
  const float* block(int first) const {
    return values_.data() + static_cast<std::size_t>(first) * channels_ * kTaps * kProducts;
  }

 private:
  void put(int to, int from, int x, float upper, float middle, float lower);

  int outputs_ = 0;
  int channels_ = 0;
  std::vector<float> values_;
};

// The transform of what a convolution reads, for one strip: row `i` of it goes to out + i * step.
void transformInput(const float* plane, const Activation& activation, const StripSize& size, int strip, float* out,
                    std::size_t step);

// Asks for the rows of a strip of some of `channels` planes: the share `share` of `shares`.
void fetchStrip(const float* planes, std::size_t planeStride, int channels, const StripSize& size, int strip, int share,
                int shares);

// The transform of what a convolution gave, for the gradient of its weights: vectors without border, product `i` of all
// strips from out + i * step on.
void transformGradient(const float* plane, const StripSize& size, float* out, std::size_t step);

// Transforms of several planes, all strips of a product one after another.
struct StripRows {
  const float* rows;
  // From channel to channel, and from product to product.
  std::size_t channelStride;
  std::size_t productStride;
  int channels;
};

// sums[product][tap][right][left] += the products over `strips` strips of `left`, as transformGradient makes it, and `right`,
// rows of transformInput.
void dotStrips(const StripRows& left, const StripRows& right, const StripSize& size, int strips, float* sums,
               std::size_t sumsRight, std::size_t sumsTap);

// What the sums of dotStrips come to for the three vertical taps.
inline void finishTaps(const float* products, std::size_t step, float* taps) {
  const auto at = [&](int i) { return products[i * step]; };
  const float even = at(3) + at(4);
  const float odd = at(3) - at(4);
  taps[0] = at(0) / 4 - (at(1) + at(2)) / 6 + even / 24;
  taps[1] = (at(2) - at(1)) / 6 + odd / 12;
  taps[2] = even / 6 - (at(1) + at(2)) / 6 + at(5);
}

}  // namespace denselab
