#include "passes.h"

namespace denselab {

void keepAndMeasure(const float* from, std::size_t fromStride, int rows, int pixels, Pair* to, std::size_t toStride,
                    LaneSums sums, int slot) {
  for (int row = 0; row < rows; row += 2) {
    const float* first = from + row * fromStride;
    const float* second = first + fromStride;
    float* ofFirst = sums.of(slot + row);
    float* ofSecond = sums.of(slot + row + 1);
    Vector sum[2] = {load(ofFirst), load(ofSecond)};
    Vector squares[2] = {load(ofFirst + kLanes), load(ofSecond + kLanes)};
    Pair* plane = to + row / 2 * toStride;
    for (int p = 0; p < pixels; p += kLanes) {
      const Pairs pairs = pairUp(load(first + p), load(second + p));
      storePairs(plane + p, pairs);
      const Vector values[2] = {firstOf(pairs), secondOf(pairs)};
      for (int half = 0; half < 2; ++half) {
        sum[half] = _mm512_add_ps(sum[half], values[half]);
        squares[half] = _mm512_fmadd_ps(values[half], values[half], squares[half]);
      }
    }
    store(ofFirst, sum[0]);
    store(ofSecond, sum[1]);
    store(ofFirst + kLanes, squares[0]);
    store(ofSecond + kLanes, squares[1]);
  }
}

namespace {

// Means of the sums of two lines of up to 32 pixels, side by side.
Vector meansOf(Vector left, Vector right) {
  const __m512i even = _mm512_set_epi32(30, 28, 26, 24, 22, 20, 18, 16, 14, 12, 10, 8, 6, 4, 2, 0);
  const __m512i odd = _mm512_add_epi32(even, _mm512_set1_epi32(1));
  const Vector sums = _mm512_add_ps(_mm512_permutex2var_ps(left, even, right), _mm512_permutex2var_ps(left, odd, right));
  return _mm512_mul_ps(sums, spread(0.25f));
}

}  // namespace

void poolActivePair(const Pair* plane, const PairAffine& affine, const PlaneSize& size, const PlaneSize& half, float* first,
                    float* second) {
  for (int y = 0; y < half.height; ++y) {
    const Pair* upper = plane + 2 * y * size.width;
    const Pair* lower = upper + size.width;
    for (int x = 0; x < half.width; x += kLanes) {
      Vector sums[2][2];
      for (int side = 0; side < 2; ++side) {
        const int at = 2 * x + side * kLanes;
        const __mmask16 lanes = at < size.width ? firstLanes(size.width - at) : static_cast<__mmask16>(0);
        const Pairs above = _mm512_maskz_loadu_epi32(lanes, upper + at);
        const Pairs below = _mm512_maskz_loadu_epi32(lanes, lower + at);
        sums[0][side] = _mm512_add_ps(affine.first(above), affine.first(below));
        sums[1][side] = _mm512_add_ps(affine.second(above), affine.second(below));
      }
      const __mmask16 lanes = firstLanes(half.width - x);
      _mm512_mask_storeu_ps(first + y * half.width + x, lanes, meansOf(sums[0][0], sums[0][1]));
      _mm512_mask_storeu_ps(second + y * half.width + x, lanes, meansOf(sums[1][0], sums[1][1]));
    }
  }
  std::fill(first + half.pixels, first + half.span, 0.f);
  std::fill(second + half.pixels, second + half.span, 0.f);
}

}  // namespace denselab
