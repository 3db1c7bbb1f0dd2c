// What the passes of a dense block's gradient share.
#pragma once

#include <functional>

#include "imageOrder.h"
#include "moments.h"
#include "scratch.h"
#include "stripTiles.h"

namespace denselab {

// Planes before a BatchNorm and its ReLU, of all images, and where the gradient of them goes.
struct NormedPlanes {
  const float* values;
  float* gradients;
  // From image to image, of both.
  std::size_t imageStride;
  std::size_t planeStride;
  const Affine& affine;
  const float* means;
  // Whether a gradient is multiplied by the norm's scale and added to what is there, or put there as it is.
  bool adds;

  const float* value(int image, int c) const { return values + image * imageStride + c * planeStride; }
  float* gradient(int image, int c) const { return gradients + image * imageStride + c * planeStride; }
};

// One channel of a BatchNorm, spread over vectors.
struct NormVectors {
  NormVectors(const NormedPlanes& planes, int c)
      : scale(spread(planes.affine.scale[c])), shift(spread(planes.affine.shift[c])), mean(spread(planes.means[c])) {}
  Vector scale;
  Vector shift;
  Vector mean;
};

// Sums that the gradient of a BatchNorm needs: of the gradient of its output, and times the distance from the mean.
struct NormGradientSums {
  Vector gradient = zeros();
  Vector product = zeros();

  void addTo(double* pair) const {
    pair[0] += _mm512_reduce_add_ps(gradient);
    pair[1] += _mm512_reduce_add_ps(product);
  }
};

// A gradient through a ReLU: of the lanes in `mask`, those where it was open; counted in `sums`.
inline Vector throughRelu(Vector gradient, Vector value, __mmask16 mask, const NormVectors& norm, NormGradientSums& sums) {
  const __mmask16 open = _mm512_mask_cmp_ps_mask(mask, _mm512_fmadd_ps(value, norm.scale, norm.shift), zeros(), _CMP_GT_OQ);
  const Vector masked = _mm512_maskz_mov_ps(open, gradient);
  sums.gradient = _mm512_add_ps(sums.gradient, masked);
  sums.product = _mm512_fmadd_ps(masked, _mm512_sub_ps(value, norm.mean), sums.product);
  return masked;
}

// Back through a 3x3 convolution that read `from` and made `made` planes, whose gradient `give(image, plane, to)` writes:
// sets `weightGradient` [tap][padded channel][made], writes the gradient of what was read, and adds its sums to `sums`.
void convolveBack(const float* weights, const NormedPlanes& from, int made, const PlaneSize& size, ImageOrder& order,
                  const std::function<void(int, int, float*)>& give, PairSums& sums, float* weightGradient);

}  // namespace denselab
