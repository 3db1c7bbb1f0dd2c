#include "scratch.h"

namespace denselab {

void poolActive(const float* maps, const Affine& affine, const PlaneSize& size, const PlaneSize& half, float* out) {
  for (std::size_t c = 0; c < affine.scale.size(); ++c) {
    const float* plane = maps + c * size.stride;
    float* pooled = out + c * half.stride;
    const float scale = affine.scale[c];
    const float shift = affine.shift[c];
    const auto active = [&](int y, int x) { return std::max(scale * plane[y * size.width + x] + shift, 0.f); };
    for (int y = 0; y < half.height; ++y)
      for (int x = 0; x < half.width; ++x)
        pooled[y * half.width + x] = 0.25f * ((active(2 * y, 2 * x) + active(2 * y, 2 * x + 1)) +
                                              (active(2 * y + 1, 2 * x) + active(2 * y + 1, 2 * x + 1)));
    std::fill(pooled + half.pixels, pooled + half.span, 0.f);
  }
}

float averageActive(const float* plane, float scale, float shift, const PlaneSize& size) {
  const Vector a = spread(scale);
  const Vector b = spread(shift);
  Vector sum = zeros();
  for (int p = 0; p < size.pixels; p += kLanes)
    sum = _mm512_add_ps(sum, _mm512_maskz_mov_ps(firstLanes(size.pixels - p), activate(load(plane + p), a, b)));
  return _mm512_reduce_add_ps(sum) / static_cast<float>(size.pixels);
}

}  // namespace denselab
