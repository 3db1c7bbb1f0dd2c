#include "planes.h"

#include <algorithm>
#include <cstring>
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
using ConvolveTile = void (*)(const float*, const float*, std::size_t, int, int, std::ptrdiff_t, float*, std::size_t,
                              std::ptrdiff_t);
using DotTile = void (*)(const float*, std::size_t, const float*, std::size_t, int, float*, std::size_t, std::size_t,
                         std::size_t);

template <int V, std::size_t... Rows>
MultiplyTile multiplyTileOf(int rows, std::index_sequence<Rows...>) {
  static constexpr MultiplyTile kTiles[] = {multiplyTile<Rows + 1, V>...};
  return kTiles[rows - 1];
}

template <int V, std::size_t... Rows>
ConvolveTile convolveTileOf(int rows, std::index_sequence<Rows...>) {
  static constexpr ConvolveTile kTiles[] = {convolveTile<Rows + 1, V>...};
  return kTiles[rows - 1];
}

template <int Taps, int Rights, std::size_t... Index>
DotTile dotTileOf(int left, int right, std::index_sequence<Index...>) {
  static constexpr DotTile kTiles[] = {dotTile<Index / Rights + 1, Index % Rights + 1, Taps>...};
  return kTiles[(left - 1) * Rights + right - 1];
}

using TileRows = std::make_index_sequence<kTileRows>;
template <int Rights>
using DotSizes = std::make_index_sequence<kDotLeft * Rights>;
constexpr int kShifts = 3;
constexpr int kShiftedRight = kDotRight / kShifts;

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

void convolveBlock(const PackedWeights& weights, int first, const float* in, const PlaneSize& size, float* out,
                   float* flat) {
  const int rows = blockRows(weights, first);
  const int channels = weights.depth() / 9;
  const ConvolveTile wide = convolveTileOf<2>(rows, TileRows{});
  const ConvolveTile narrow = convolveTileOf<1>(rows, TileRows{});
  const float* block = weights.block(first);
  const int line = size.borderedWidth;
  const auto convolve = [&](ConvolveTile tile, int y, int x, std::ptrdiff_t inStep, std::ptrdiff_t outStep) {
    tile(block, in + y * line + x, size.borderedStride, channels, line, inStep, out + y * size.width + x, size.stride,
         outStep);
  };
  if (size.width % kTilePixels == 0) {
    for (int y = 0; y < size.height; ++y)
      for (int x = 0; x < size.width; x += kTilePixels) convolve(wide, y, x, kLanes, kLanes);
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
  for (int at = 0; at < size.height * line; at += kTilePixels)
    wide(block, in + at, size.borderedStride, channels, line, kLanes, flat + at, size.borderedStride, kLanes);
  for (int row = 0; row < rows; ++row) {
    for (int y = 0; y < size.height; ++y)
      std::memcpy(out + static_cast<std::size_t>(row) * size.stride + y * size.width,
                  flat + static_cast<std::size_t>(row) * size.borderedStride + y * line, size.width * sizeof(float));
    std::fill_n(out + static_cast<std::size_t>(row) * size.stride + size.pixels, size.span - size.pixels, 0.f);
  }
}

void dotRows(const float* left, std::size_t leftStride, int leftRows, const float* right, std::size_t rightStride,
             int rightRows, int pixels, float* out, std::size_t outLeft, std::size_t outRight) {
  for (int r = 0; r < rightRows; r += kDotRight) {
    const int rights = std::min(kDotRight, rightRows - r);
    for (int l = 0; l < leftRows; l += kDotLeft) {
      const int lefts = std::min(kDotLeft, leftRows - l);
      dotTileOf<1, kDotRight>(lefts, rights, DotSizes<kDotRight>{})(
          left + l * leftStride, leftStride, right + r * rightStride, rightStride, pixels,
          out + l * outLeft + r * outRight, outLeft, outRight, 0);
    }
  }
}

void dotShifted(const float* left, int leftRows, const float* right, int rightRows, const PlaneSize& size, float* out,
                std::size_t outTap, std::size_t outLeft, std::size_t outRight) {
  const std::size_t stride = size.borderedStride;
  const int pixels = roundUp(size.height * size.borderedWidth, kLanes);
  const float* centre = left + size.borderedWidth + 1;
  for (int r = 0; r < rightRows; r += kShiftedRight) {
    const int rights = std::min(kShiftedRight, rightRows - r);
    for (int l = 0; l < leftRows; l += kDotLeft) {
      const DotTile tile = dotTileOf<kShifts, kShiftedRight>(std::min(kDotLeft, leftRows - l), rights,
                                                             DotSizes<kShiftedRight>{});
      for (int y = 0; y < kShifts; ++y)
        tile(centre + l * stride, stride, right + r * stride + y * size.borderedWidth, stride, pixels,
             out + y * kShifts * outTap + l * outLeft + r * outRight, outLeft, outRight, outTap);
    }
  }
}

void activateIntoBordered(const float* plane, float scale, float shift, const PlaneSize& size, float* bordered) {
  const Vector a = spread(scale);
  const Vector b = spread(shift);
  for (int y = 0; y < size.height; ++y) {
    const float* from = plane + y * size.width;
    float* to = bordered + (y + 1) * size.borderedWidth + 1;
    int x = 0;
    for (; x + kLanes <= size.width; x += kLanes) store(to + x, activate(load(from + x), a, b));
    if (x == size.width) continue;
    const __mmask16 mask = firstLanes(size.width - x);
    _mm512_mask_storeu_ps(to + x, mask, activate(_mm512_maskz_loadu_ps(mask, from + x), a, b));
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
