// Sixteen floats at once, and sums over them.
#pragma once

#include <immintrin.h>

#include <cstddef>

namespace denselab {

using Vector = __m512;
constexpr int kLanes = 16;

inline Vector zeros() { return _mm512_setzero_ps(); }
inline Vector load(const float* from) { return _mm512_loadu_ps(from); }
inline void store(float* to, Vector value) { _mm512_storeu_ps(to, value); }
inline Vector spread(float value) { return _mm512_set1_ps(value); }

// The first `count` lanes; all of them from 16 on.
inline __mmask16 firstLanes(int count) {
  return count >= kLanes ? static_cast<__mmask16>(0xffff) : static_cast<__mmask16>((1u << count) - 1u);
}

// Asks for memory that will be read, or written, soon: planes lie too far apart for the processor to see what comes.
inline void fetch(const float* from, int count) {
  for (int each = 0; each < count; each += kLanes) _mm_prefetch(reinterpret_cast<const char*>(from + each), _MM_HINT_T0);
}

// max(scale * x + shift, 0): a BatchNorm and a ReLU. What is not a number stays so.
inline Vector activate(Vector x, Vector scale, Vector shift) {
  return _mm512_max_ps(zeros(), _mm512_fmadd_ps(x, scale, shift));
}

// The sums of eight vectors, side by side; always added in the same order.
inline __m256 sumsOf8(const Vector* rows) {
  __m256 halves[8];
  for (int row = 0; row < 8; ++row) {
    halves[row] = _mm256_add_ps(_mm512_castps512_ps256(rows[row]), _mm512_extractf32x8_ps(rows[row], 1));
  }
  const __m256 a = _mm256_hadd_ps(_mm256_hadd_ps(halves[0], halves[1]), _mm256_hadd_ps(halves[2], halves[3]));
  const __m256 b = _mm256_hadd_ps(_mm256_hadd_ps(halves[4], halves[5]), _mm256_hadd_ps(halves[6], halves[7]));
  return _mm256_add_ps(_mm256_permute2f128_ps(a, b, 0x20), _mm256_permute2f128_ps(a, b, 0x31));
}

inline int roundUp(int value, int multiple) { return (value + multiple - 1) / multiple * multiple; }

}  // namespace denselab
