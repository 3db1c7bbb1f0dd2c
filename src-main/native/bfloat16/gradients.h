// Steps of the backward pass in bfloat16 on planes of one image.
#pragma once

#include "passes.h"

namespace denselab {

// One channel's a * gradient + b * value + c.
struct Blend {
  std::vector<float> gradient;
  std::vector<float> value;
  std::vector<float> constant;
  explicit Blend(int slots) : gradient(slots), value(slots), constant(slots) {}
};

// The blend of a vector of pixels of both channels of a pair.
struct PairBlend {
  PairBlend(const Blend& blend, int pair) {
    for (int half = 0; half < 2; ++half) {
      gradient[half] = spread(blend.gradient[2 * pair + half]);
      value[half] = spread(blend.value[2 * pair + half]);
      constant[half] = spread(blend.constant[2 * pair + half]);
    }
  }
  Vector first(Pairs of, Pairs x) const {
    return _mm512_fmadd_ps(firstOf(of), gradient[0], _mm512_fmadd_ps(firstOf(x), value[0], constant[0]));
  }
  Vector second(Pairs of, Pairs x) const {
    return _mm512_fmadd_ps(secondOf(of), gradient[1], _mm512_fmadd_ps(secondOf(x), value[1], constant[1]));
  }
  Vector gradient[2];
  Vector value[2];
  Vector constant[2];
};

// What happens to a gradient that has come through a ReLU.
enum class Keep { scaledInPlace, scaledAdded, unscaled };

// Rows of gradients of max(scale * x + shift, 0) back to x: where the ReLU was open, they and their products with x are added
// to the sums of the slots from `slot` on, and `to` takes them as `How` says. Zeros behind the pixels stay zeros.
template <Keep How>
void passBackRows(const float* from, std::size_t fromStride, int rows, int pixels, const Pair* values, const Affine& affine,
                  int slot, Pair* to, std::size_t stride, LaneSums sums) {
  for (int row = 0; row < rows; row += 2) {
    const PairAffine each(affine, (slot + row) / 2);
    float* sumsOf[2] = {sums.of(slot + row), sums.of(slot + row + 1)};
    Vector sum[2] = {load(sumsOf[0]), load(sumsOf[1])};
    Vector product[2] = {load(sumsOf[0] + kLanes), load(sumsOf[1] + kLanes)};
    const float* gradients[2] = {from + row * fromStride, from + (row + 1) * fromStride};
    const Pair* plane = values + row / 2 * stride;
    Pair* out = to + row / 2 * stride;
    for (int p = 0; p < pixels; p += kLanes) {
      const Pairs pairs = loadPairs(plane + p);
      const Vector x[2] = {firstOf(pairs), secondOf(pairs)};
      Vector result[2];
      for (int half = 0; half < 2; ++half) {
        const __mmask16 open =
            _mm512_cmp_ps_mask(_mm512_fmadd_ps(x[half], each.scale[half], each.shift[half]), zeros(), _CMP_GT_OQ);
        const Vector masked = _mm512_maskz_loadu_ps(open, gradients[half] + p);
        sum[half] = _mm512_add_ps(sum[half], masked);
        product[half] = _mm512_fmadd_ps(masked, x[half], product[half]);
        result[half] = How == Keep::unscaled ? masked : _mm512_mul_ps(masked, each.scale[half]);
      }
      if constexpr (How == Keep::scaledAdded) {
        const Pairs earlier = loadPairs(out + p);
        result[0] = _mm512_add_ps(result[0], firstOf(earlier));
        result[1] = _mm512_add_ps(result[1], secondOf(earlier));
      }
      storePairs(out + p, pairUp(result[0], result[1]));
    }
    for (int half = 0; half < 2; ++half) {
      store(sumsOf[half], sum[half]);
      store(sumsOf[half] + kLanes, product[half]);
    }
  }
}

// Each pixel of a quarter takes a quarter of its mean's gradient; zeros elsewhere.
void unpool(const float* pooled, const PlaneSize& half, const PlaneSize& size, float* out);

// Sums of each thread's part, the parts in their order: into the first part's place.
void addParts(Scratch& sums, int parts, std::size_t count, Threads& threads);

}  // namespace denselab
