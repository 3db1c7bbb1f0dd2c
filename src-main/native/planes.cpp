#include "planes.h"

#include <algorithm>
#include <utility>

#include "tiles.h"

namespace denselab {

namespace {

// `floats`, or sixteen more where that is a multiple of a kilobyte.
int apart(int floats) { return floats % 256 == 0 ? floats + kLanes : floats; }

}  // namespace

PlaneSize PlaneSize::of(int height, int width) {
  const int bordered = (height + 2) * (width + 2);
  // A tile that begins in the last row reads two rows and two vectors further.
  const int slack = 2 * kTilePixels + 2 * (width + 2);
  const int span = roundUp(height * width, kLanes);
  return {height, width, height * width, span, apart(span), width + 2, apart(roundUp(bordered + slack, kLanes))};
}

namespace {

using MultiplyTile = void (*)(const float*, const float*, std::size_t, int, float*, std::size_t);
using DotTile = void (*)(const float*, std::size_t, const float*, std::size_t, int, float*, std::size_t, std::size_t);

template <int V, std::size_t... Rows>
MultiplyTile multiplyTileOf(int rows, std::index_sequence<Rows...>) {
  static constexpr MultiplyTile kTiles[] = {multiplyTile<Rows + 1, V>...};
  return kTiles[rows - 1];
}

template <std::size_t... Index>
DotTile dotTileOf(int left, int right, std::index_sequence<Index...>) {
  static constexpr DotTile kTiles[] = {dotTile<Index / kDotRight + 1, Index % kDotRight + 1>...};
  return kTiles[(left - 1) * kDotRight + right - 1];
}

using TileRows = std::make_index_sequence<kTileRows>;
using DotSizes = std::make_index_sequence<kDotLeft * kDotRight>;

int blockRows(const PackedWeights& weights, int first) { return std::min(kTileRows, weights.outputs() - first); }

}  // namespace

void multiplyBlock(const PackedWeights& weights, int first, const float* in, std::size_t inStride, int pixels, float* out,
                   std::size_t outStride) {
  const int rows = blockRows(weights, first);
  const MultiplyTile wide = multiplyTileOf<2>(rows, TileRows{});
  const MultiplyTile narrow = multiplyTileOf<1>(rows, TileRows{});
  int pixel = 0;
  for (; pixel + kTilePixels <= pixels; pixel += kTilePixels)
    wide(weights.block(first), in + pixel, inStride, weights.depth(), out + pixel, outStride);
  if (pixel < pixels) narrow(weights.block(first), in + pixel, inStride, weights.depth(), out + pixel, outStride);
}

void multiplyPlanes(const PackedWeights& weights, const float* in, std::size_t inStride, int pixels, float* out,
                    std::size_t outStride) {
  for (int pixel = 0; pixel < pixels; pixel += kTilePixels) {
    const int here = std::min(kTilePixels, pixels - pixel);
    for (int first = 0; first < weights.outputs(); first += kTileRows)
      multiplyBlock(weights, first, in + pixel, inStride, here, out + first * outStride + pixel, outStride);
  }
}

void dotRows(const float* left, std::size_t leftStride, int leftRows, const float* right, std::size_t rightStride,
             int rightRows, int pixels, float* out, std::size_t outLeft, std::size_t outRight) {
  for (int r = 0; r < rightRows; r += kDotRight) {
    const int rights = std::min(kDotRight, rightRows - r);
    for (int l = 0; l < leftRows; l += kDotLeft) {
      const int lefts = std::min(kDotLeft, leftRows - l);
      dotTileOf(lefts, rights, DotSizes{})(left + l * leftStride, leftStride, right + r * rightStride, rightStride, pixels,
                                           out + l * outLeft + r * outRight, outLeft, outRight);
    }
  }
}

void activatePlane(const float* plane, float scale, float shift, const PlaneSize& size, float* out) {
  const Vector a = spread(scale);
  const Vector b = spread(shift);
  for (int p = 0; p < size.span; p += kLanes)
    store(out + p, _mm512_maskz_mov_ps(firstLanes(size.pixels - p), activate(load(plane + p), a, b)));
}

void toPlanes(const float* pixels, int channels, const PlaneSize& size, float* planes) {
  for (int c = 0; c < channels; ++c) {
    float* plane = planes + static_cast<std::size_t>(c) * size.stride;
    for (int p = 0; p < size.pixels; ++p) plane[p] = pixels[static_cast<std::size_t>(p) * channels + c];
    std::fill(plane + size.pixels, plane + size.span, 0.f);
  }
}

void fromPlanes(const float* planes, int channels, const PlaneSize& size, float* pixels) {
  // Sixteen channels at a time: whole cache lines are written.
  for (int first = 0; first < channels; first += kLanes) {
    const int last = std::min(channels, first + kLanes);
    for (int p = 0; p < size.pixels; ++p)
      for (int c = first; c < last; ++c)
        pixels[static_cast<std::size_t>(p) * channels + c] = planes[static_cast<std::size_t>(c) * size.stride + p];
  }
}

}  // namespace denselab
