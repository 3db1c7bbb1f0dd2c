// What both directions share: memory of each thread, and BatchNorms as one multiplication and one addition per channel.
#pragma once

#include <algorithm>
#include <vector>

#include "blockLayout.h"
#include "imageOrder.h"
#include "memory.h"
#include "tiles.h"

namespace denselab {

// Floats for each thread, or each part; what a thread has begins on a cache line of its own.
class Scratch {
 public:
  Scratch(int threads, std::size_t floats)
      : stride_((floats + 63) / 64 * 64), size_(stride_ * threads), memory_(takeMemory(size_)) {}
  float* of(int thread) { return memory_.get() + stride_ * thread; }
  void clear() { std::fill_n(memory_.get(), size_, 0.f); }

 private:
  std::size_t stride_;
  std::size_t size_;
  Memory memory_;
};

// gamma * (x - mean) * inverse + beta = scale * x + shift.
struct Affine {
  std::vector<float> scale;
  std::vector<float> shift;
};

inline Affine affineOf(const NormLayout& norm, const float* parameters, const float* means, const float* inverses) {
  Affine affine{std::vector<float>(norm.channels), std::vector<float>(norm.channels)};
  for (int c = 0; c < norm.channels; ++c) {
    affine.scale[c] = parameters[norm.gamma + c] * inverses[c];
    affine.shift[c] = parameters[norm.beta + c] - affine.scale[c] * means[c];
  }
  return affine;
}

// Means over 2x2 pixels of max(scale * x + shift, 0); an odd last row or column is left out.
void poolActive(const float* maps, const Affine& affine, const PlaneSize& size, const PlaneSize& half, float* out);

// The mean of max(scale * x + shift, 0) over one plane.
float averageActive(const float* plane, float scale, float shift, const PlaneSize& size);

}  // namespace denselab
