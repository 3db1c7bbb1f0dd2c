// The inner loops. Feature maps are planar: one row of pixels per channel, so that a vector holds sixteen pixels of one
// channel and weights are spread over it; any number of channels is fast, and nothing is padded for their sake.
#pragma once

#include "simd.h"

namespace denselab {

// Output channels of one tile, and its vectors of pixels: 24 sums in registers.
constexpr int kTileRows = 12;
constexpr int kTilePixels = 2 * kLanes;

// out[r][p] = sum over k of weights[k][r] * in[k][p], for R rows and V vectors of pixels.
template <int R, int V>
void multiplyTile(const float* weights, const float* in, std::size_t inStride, int depth, float* out,
                  std::size_t outStride) {
  Vector sums[R][V];
  for (int r = 0; r < R; ++r)
    for (int v = 0; v < V; ++v) sums[r][v] = zeros();
  for (int k = 0; k < depth; ++k) {
    Vector pixels[V];
    for (int v = 0; v < V; ++v) pixels[v] = load(in + v * kLanes);
    for (int r = 0; r < R; ++r) {
      const Vector weight = spread(weights[r]);
      for (int v = 0; v < V; ++v) sums[r][v] = _mm512_fmadd_ps(weight, pixels[v], sums[r][v]);
    }
    weights += R;
    in += inStride;
  }
  for (int r = 0; r < R; ++r)
    for (int v = 0; v < V; ++v) store(out + r * outStride + v * kLanes, sums[r][v]);
}

// Rows of one side of a product of rows, and of the other: 24 sums in registers.
constexpr int kDotLeft = 4;
constexpr int kDotRight = 6;

// out[l * outLeft + r * outRight] += sum over p of left[l][p] * right[r][p]; `pixels` is a multiple of sixteen.
template <int L, int R>
void dotTile(const float* left, std::size_t leftStride, const float* right, std::size_t rightStride, int pixels,
             float* out, std::size_t outLeft, std::size_t outRight) {
  constexpr int kSums = (L * R + 7) / 8 * 8;
  Vector sums[kSums];
  for (int each = 0; each < kSums; ++each) sums[each] = zeros();
  for (int p = 0; p < pixels; p += kLanes) {
    Vector others[R];
    for (int r = 0; r < R; ++r) others[r] = load(right + r * rightStride + p);
    for (int l = 0; l < L; ++l) {
      const Vector one = load(left + l * leftStride + p);
      for (int r = 0; r < R; ++r) sums[l * R + r] = _mm512_fmadd_ps(one, others[r], sums[l * R + r]);
    }
  }
  alignas(32) float totals[kSums];
  for (int each = 0; each < kSums; each += 8) _mm256_store_ps(totals + each, sumsOf8(sums + each));
  for (int l = 0; l < L; ++l)
    for (int r = 0; r < R; ++r) out[l * outLeft + r * outRight] += totals[l * R + r];
}

}  // namespace denselab
