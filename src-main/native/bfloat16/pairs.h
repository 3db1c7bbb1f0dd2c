// bfloat16 values two by two: vdpbf16ps multiplies and adds two of them per lane, with sums in float32. Feature maps keep two
// channels of a pixel side by side, [channel / 2][pixel][2], as one number of 32 bits; a plane of such pairs has the size and
// the strides of a plane of floats.
#pragma once

#include <cstdint>
#include <cstring>

#include "../simd.h"

namespace denselab {

// Two bfloat16: the first in the lower half.
using Pair = std::uint32_t;
// One bfloat16.
using Brain = std::uint16_t;
// Sixteen pixels of two channels.
using Pairs = __m512i;

inline Pairs loadPairs(const Pair* from) { return _mm512_loadu_si512(from); }
inline void storePairs(Pair* to, Pairs value) { _mm512_storeu_si512(to, value); }

inline Vector firstOf(Pairs pairs) { return _mm512_castsi512_ps(_mm512_slli_epi32(pairs, 16)); }
inline Vector secondOf(Pairs pairs) {
  return _mm512_castsi512_ps(_mm512_and_si512(pairs, _mm512_set1_epi32(static_cast<int>(0xffff0000u))));
}

// Rounded to nearest even.
inline Pairs pairUp(Vector first, Vector second) {
  const __m512i halves = (__m512i)_mm512_cvtne2ps_pbh(second, first);
  const __m512i lower = _mm512_set_epi32(15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0);
  // Word 2i from word i of the first half, word 2i + 1 from word i of the second.
  const __m512i order = _mm512_or_si512(lower, _mm512_slli_epi32(_mm512_add_epi32(lower, _mm512_set1_epi32(16)), 16));
  return _mm512_permutexvar_epi16(order, halves);
}

// sums + first products + second products, lane by lane.
inline Vector addProducts(Vector sums, Pairs left, Pairs right) {
  return _mm512_dpbf16_ps(sums, (__m512bh)left, (__m512bh)right);
}

inline void storeRounded(Brain* to, __mmask16 lanes, Vector value) {
  _mm256_mask_storeu_epi16(to, lanes, (__m256i)_mm512_cvtneps_pbh(value));
}

// Rounded to nearest even; what is not a number stays so.
inline Brain rounded(float value) {
  std::uint32_t bits;
  std::memcpy(&bits, &value, sizeof bits);
  if (value != value) return static_cast<Brain>(bits >> 16 | 0x40u);
  return static_cast<Brain>((bits + 0x7fffu + (bits >> 16 & 1u)) >> 16);
}

inline Pair pairOf(float first, float second) { return rounded(first) | static_cast<Pair>(rounded(second)) << 16; }

inline float valueOf(Brain value) {
  const std::uint32_t bits = static_cast<std::uint32_t>(value) << 16;
  float result;
  std::memcpy(&result, &bits, sizeof result);
  return result;
}

}  // namespace denselab
