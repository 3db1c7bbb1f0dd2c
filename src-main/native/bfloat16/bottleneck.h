// The first half of a bottleneck layer in bfloat16: BN, ReLU and the 1x1 convolution.
#pragma once

#include "passes.h"

namespace denselab {

// Weights [made][channels] of a 1x1 convolution that reads the first `read` slots, packed.
void packPointwise(PackedPairs& packed, const float* weights, int made, const Slots& slots, int read, int channels);

class Bottleneck {
 public:
  // `affine` is that of the norm before, of the first `slots` slots.
  Bottleneck(const PackedPairs& weights, const Affine& affine, int slots, const PlaneSize& size, int threads);

  // The planes `narrow` of one image from its `maps`; rounded values and their squares are added to `sums`.
  void compute(int thread, const Pair* maps, Pair* narrow, LaneSums sums);

 private:
  // `left` pixels of the plane are left from here on: behind them come zeros.
  void activateChunk(const Pair* maps, int left, int pixels, Pair* out) const;

  const PackedPairs& weights_;
  const Affine& affine_;
  int pairs_;
  const PlaneSize& size_;
  Scratch active_;
  Scratch rows_;
};

}  // namespace denselab
