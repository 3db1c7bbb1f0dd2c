#include "gradients.h"

namespace denselab {

void unpool(const float* pooled, const PlaneSize& half, const PlaneSize& size, float* out) {
  const __m512i twice = _mm512_set_epi32(7, 7, 6, 6, 5, 5, 4, 4, 3, 3, 2, 2, 1, 1, 0, 0);
  std::fill_n(out, size.span, 0.f);
  for (int y = 0; y < 2 * half.height; ++y) {
    for (int x = 0; x < 2 * half.width; x += kLanes) {
      const float* from = pooled + y / 2 * half.width + x / 2;
      const Vector quarter = _mm512_maskz_loadu_ps(firstLanes(std::min(kLanes / 2, half.width - x / 2)), from);
      const Vector spreadOut = _mm512_mul_ps(_mm512_permutexvar_ps(twice, quarter), spread(0.25f));
      _mm512_mask_storeu_ps(out + y * size.width + x, firstLanes(2 * half.width - x), spreadOut);
    }
  }
}

void addParts(Scratch& sums, int parts, std::size_t count, Threads& threads) {
  const int shares = threads.count();
  threads.share(shares, [&](int, int share) {
    const std::size_t from = count * share / shares;
    const std::size_t to = count * (share + 1) / shares;
    float* total = sums.of(0);
    for (int part = 1; part < parts; ++part) {
      const float* more = sums.of(part);
      for (std::size_t each = from; each < to; ++each) total[each] += more[each];
    }
  });
}

}  // namespace denselab
