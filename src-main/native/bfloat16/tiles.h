// The inner loops in bfloat16; those in float32 are in ../tiles.h.
#pragma once

#include "pairs.h"

namespace denselab {

// Output channels of one tile, and its pixels: 24 sums in registers.
constexpr int kPairRows = 12;
constexpr int kPairPixels = 2 * kLanes;

// out[r][p] = sum over k of weights[k][r] * in[k][p], for R rows and V vectors of pixels; k counts pairs of channels.
template <int R, int V>
void multiplyPairsTile(const Pair* weights, const Pair* in, std::size_t inStride, int depth, float* out,
                       std::size_t outStride) {
  Vector sums[R][V];
#pragma GCC unroll 24
  for (int r = 0; r < R; ++r)
#pragma GCC unroll 24
    for (int v = 0; v < V; ++v) sums[r][v] = zeros();
  for (int k = 0; k < depth; ++k) {
    Pairs pixels[V];
#pragma GCC unroll 24
    for (int v = 0; v < V; ++v) pixels[v] = loadPairs(in + v * kLanes);
#pragma GCC unroll 24
    for (int r = 0; r < R; ++r) {
      const Pairs weight = _mm512_set1_epi32(static_cast<int>(weights[r]));
#pragma GCC unroll 24
      for (int v = 0; v < V; ++v) sums[r][v] = addProducts(sums[r][v], pixels[v], weight);
    }
    weights += R;
    in += inStride;
  }
#pragma GCC unroll 24
  for (int r = 0; r < R; ++r)
#pragma GCC unroll 24
    for (int v = 0; v < V; ++v) store(out + r * outStride + v * kLanes, sums[r][v]);
}

// A 3x3 convolution of planes with a border of one: weights [pair][tap][r]; the second vector of pixels begins `inStep` and
// `outStep` numbers after the first.
template <int R, int V>
void convolvePairsTile(const Pair* weights, const Pair* in, std::size_t planeStride, int pairs, int rowStride,
                       std::ptrdiff_t inStep, float* out, std::size_t outStride, std::ptrdiff_t outStep) {
  Vector sums[R][V];
#pragma GCC unroll 24
  for (int r = 0; r < R; ++r)
#pragma GCC unroll 24
    for (int v = 0; v < V; ++v) sums[r][v] = zeros();
  for (int pair = 0; pair < pairs; ++pair) {
    for (int y = 0; y < 3; ++y) {
      for (int x = 0; x < 3; ++x) {
        const Pair* at = in + y * rowStride + x;
        Pairs pixels[V];
#pragma GCC unroll 24
        for (int v = 0; v < V; ++v) pixels[v] = loadPairs(at + v * inStep);
#pragma GCC unroll 24
        for (int r = 0; r < R; ++r) {
          const Pairs weight = _mm512_set1_epi32(static_cast<int>(weights[r]));
#pragma GCC unroll 24
          for (int v = 0; v < V; ++v) sums[r][v] = addProducts(sums[r][v], pixels[v], weight);
        }
        weights += R;
      }
    }
    in += planeStride;
  }
#pragma GCC unroll 24
  for (int r = 0; r < R; ++r)
#pragma GCC unroll 24
    for (int v = 0; v < V; ++v) store(out + r * outStride + v * outStep, sums[r][v]);
}

// Values of one row in one vector, and rows of the two sides of a product of rows.
constexpr int kRowLanes = 2 * kLanes;
constexpr int kPairDotLeft = 4;
constexpr int kPairDotRight = 6;

// out[l * outLeft + r * outRight] += sum over p of left[l][p] * right[r][p], two pixels per lane; `pixels` is a multiple of
// 32. With three taps each row of the right side is read three times, one pixel further each time.
template <int L, int R, int Taps>
void dotPairsTile(const Brain* left, std::size_t leftStride, const Brain* right, std::size_t rightStride, int pixels,
                  float* out, std::size_t outLeft, std::size_t outRight, std::size_t outTap) {
  constexpr int kSums = (L * R * Taps + 7) / 8 * 8;
  Vector sums[kSums];
#pragma GCC unroll 24
  for (int each = 0; each < kSums; ++each) sums[each] = zeros();
  for (int p = 0; p < pixels; p += kRowLanes) {
    Pairs others[R * Taps];
#pragma GCC unroll 24
    for (int r = 0; r < R * Taps; ++r)
      others[r] = _mm512_loadu_si512(right + r / Taps * rightStride + r % Taps + p);
#pragma GCC unroll 24
    for (int l = 0; l < L; ++l) {
      const Pairs one = _mm512_loadu_si512(left + l * leftStride + p);
#pragma GCC unroll 24
      for (int r = 0; r < R * Taps; ++r) sums[l * R * Taps + r] = addProducts(sums[l * R * Taps + r], one, others[r]);
    }
  }
  alignas(32) float totals[kSums];
#pragma GCC unroll 24
  for (int each = 0; each < kSums; each += 8) _mm256_store_ps(totals + each, sumsOf8(sums + each));
#pragma GCC unroll 24
  for (int l = 0; l < L; ++l)
#pragma GCC unroll 24
    for (int r = 0; r < R * Taps; ++r)
      out[l * outLeft + r / Taps * outRight + r % Taps * outTap] += totals[l * R * Taps + r];
}

}  // namespace denselab
