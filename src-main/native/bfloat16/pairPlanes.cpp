#include "pairPlanes.h"

#include <algorithm>
#include <utility>

namespace denselab {

namespace {

using MultiplyTile = void (*)(const Pair*, const Pair*, std::size_t, int, float*, std::size_t);
using ConvolveTile = void (*)(const Pair*, const Pair*, std::size_t, int, int, std::ptrdiff_t, float*, std::size_t,
                              std::ptrdiff_t);
using DotTile = void (*)(const Brain*, std::size_t, const Brain*, std::size_t, int, float*, std::size_t, std::size_t,
                         std::size_t);

// Blocks have an even number of rows.
using EvenRows = std::make_index_sequence<kPairRows / 2>;

template <int V, std::size_t... Half>
MultiplyTile multiplyTileOf(int rows, std::index_sequence<Half...>) {
  static constexpr MultiplyTile kTiles[] = {multiplyPairsTile<2 * Half + 2, V>...};
  return kTiles[rows / 2 - 1];
}

template <int V, std::size_t... Half>
ConvolveTile convolveTileOf(int rows, std::index_sequence<Half...>) {
  static constexpr ConvolveTile kTiles[] = {convolvePairsTile<2 * Half + 2, V>...};
  return kTiles[rows / 2 - 1];
}

template <int Taps, int Rights, std::size_t... Index>
DotTile dotTileOf(int left, int right, std::index_sequence<Index...>) {
  static constexpr DotTile kTiles[] = {dotPairsTile<Index / Rights + 1, Index % Rights + 1, Taps>...};
  return kTiles[(left - 1) * Rights + right - 1];
}

template <int Rights>
using DotSizes = std::make_index_sequence<kPairDotLeft * Rights>;
constexpr int kShifts = 3;
constexpr int kShiftedRight = kPairDotRight / kShifts;

}  // namespace

void multiplyPairs(const PackedPairs& weights, int first, const Pair* in, std::size_t inStride, int pixels, float* out,
                   std::size_t outStride) {
  const int rows = weights.rows(first);
  const MultiplyTile wide = multiplyTileOf<2>(rows, EvenRows{});
  const MultiplyTile narrow = multiplyTileOf<1>(rows, EvenRows{});
  int pixel = 0;
  for (; pixel + kPairPixels <= pixels; pixel += kPairPixels)
    wide(weights.block(first), in + pixel, inStride, weights.depth(), out + pixel, outStride);
  if (pixel < pixels) narrow(weights.block(first), in + pixel, inStride, weights.depth(), out + pixel, outStride);
}

void convolvePairs(const PackedPairs& weights, int first, const Pair* in, const PlaneSize& size, float* out, float* flat) {
  const int rows = weights.rows(first);
  const ConvolveTile wide = convolveTileOf<2>(rows, EvenRows{});
  const ConvolveTile narrow = convolveTileOf<1>(rows, EvenRows{});
  const int line = size.borderedWidth;
  const auto convolve = [&](ConvolveTile tile, int y, int x, std::ptrdiff_t inStep, std::ptrdiff_t outStep) {
    tile(weights.block(first), in + y * line + x, size.borderedStride, weights.depth() / 9, line, inStep,
         out + y * size.width + x, size.stride, outStep);
  };
  if (size.width % kPairPixels == 0) {
    for (int y = 0; y < size.height; ++y)
      for (int x = 0; x < size.width; x += kPairPixels) convolve(wide, y, x, kLanes, kLanes);
    return;
  }
  if (size.width % kLanes == 0) {
    for (int x = 0; x < size.width; x += kLanes) {
      int y = 0;
      for (; y + 2 <= size.height; y += 2) convolve(wide, y, x, line, size.width);
      if (y < size.height) convolve(narrow, y, x, 0, 0);
    }
    return;
  }
  // Other widths: over the lines as if they were one, and the two pixels between them are left out afterwards.
  for (int at = 0; at < size.height * line; at += kPairPixels)
    wide(weights.block(first), in + at, size.borderedStride, weights.depth() / 9, line, kLanes, flat + at,
         size.borderedStride, kLanes);
  for (int row = 0; row < rows; ++row) {
    const float* from = flat + static_cast<std::size_t>(row) * size.borderedStride;
    float* to = out + static_cast<std::size_t>(row) * size.stride;
    for (int y = 0; y < size.height; ++y) std::copy_n(from + y * line, size.width, to + y * size.width);
    std::fill(to + size.pixels, to + size.span, 0.f);
  }
}

void dotRowsOfPixels(const Brain* left, std::size_t leftStride, int leftRows, const Brain* right, std::size_t rightStride,
                     int rightRows, int pixels, float* out, std::size_t outLeft, std::size_t outRight) {
  for (int r = 0; r < rightRows; r += kPairDotRight) {
    const int rights = std::min(kPairDotRight, rightRows - r);
    for (int l = 0; l < leftRows; l += kPairDotLeft) {
      const int lefts = std::min(kPairDotLeft, leftRows - l);
      dotTileOf<1, kPairDotRight>(lefts, rights, DotSizes<kPairDotRight>{})(
          left + l * leftStride, leftStride, right + r * rightStride, rightStride, pixels,
          out + l * outLeft + r * outRight, outLeft, outRight, 0);
    }
  }
}

void dotShiftedRows(const Brain* left, int leftRows, const Brain* right, int rightRows, const PlaneSize& size, float* out,
                    std::size_t outTap, std::size_t outRight) {
  const std::size_t stride = size.borderedStride;
  const int pixels = roundUp(size.height * size.borderedWidth, kRowLanes);
  const Brain* centre = left + size.borderedWidth + 1;
  for (int r = 0; r < rightRows; r += kShiftedRight) {
    const int rights = std::min(kShiftedRight, rightRows - r);
    for (int l = 0; l < leftRows; l += kPairDotLeft) {
      const DotTile tile =
          dotTileOf<kShifts, kShiftedRight>(std::min(kPairDotLeft, leftRows - l), rights, DotSizes<kShiftedRight>{});
      for (int y = 0; y < kShifts; ++y)
        tile(centre + l * stride, stride, right + r * stride + y * size.borderedWidth, stride, pixels,
             out + y * kShifts * outTap + l + r * outRight, 1, outRight, outTap);
    }
  }
}

}  // namespace denselab
