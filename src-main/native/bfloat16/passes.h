// What both directions in bfloat16 share: passes over the images, BatchNorms by slot, and sums by slot.
#pragma once

#include <functional>

#include "../moments.h"
#include "../scratch.h"
#include "../threads.h"
#include "layout.h"
#include "pairPlanes.h"

namespace denselab {

// Pixels that are worked on at once: what a tile makes is still in the first-level cache when it is read.
constexpr int kPairChunk = 128;
constexpr int kPairChunkStride = kPairChunk + kLanes;

// Runs over the images, one at a time.
class ImagePasses {
 public:
  explicit ImagePasses(int images) : images_(images), order_(images) {}
  int images() const { return images_; }
  int parts() const { return order_.parts(); }
  Threads& threads() { return Threads::shared(); }

  template <class Work>
  void each(Work work) {
    order_.each(1, [&](Worker worker, Range images) { work(worker, images.from); });
  }

 private:
  int images_;
  ImageOrder order_;
};

// Numbers of another type in the memory of a Scratch.
template <class T>
T* as(float* memory) {
  return reinterpret_cast<T*>(memory);
}
// Floats that so many bfloat16 take.
inline std::size_t floatsOf(std::size_t brains) { return (brains + 1) / 2; }

// scale * x + shift of a BatchNorm by slot; zeros where there is no channel.
template <class ChannelAt>
Affine affineBySlot(const NormLayout& norm, int slots, ChannelAt channelAt, const float* parameters, const float* means,
                    const float* inverses) {
  Affine affine{std::vector<float>(slots), std::vector<float>(slots)};
  for (int slot = 0; slot < slots; ++slot) {
    const int channel = channelAt(slot);
    if (channel < 0) continue;
    affine.scale[slot] = parameters[norm.gamma + channel] * inverses[slot];
    affine.shift[slot] = parameters[norm.beta + channel] - affine.scale[slot] * means[slot];
  }
  return affine;
}

// scale * x + shift of the two channels of a pair, spread over vectors.
struct PairAffine {
  PairAffine(const Affine& affine, int pair)
      : scale{spread(affine.scale[2 * pair]), spread(affine.scale[2 * pair + 1])},
        shift{spread(affine.shift[2 * pair]), spread(affine.shift[2 * pair + 1])} {}
  // What is not a number stays so.
  Vector first(Pairs x) const { return _mm512_max_ps(zeros(), _mm512_fmadd_ps(firstOf(x), scale[0], shift[0])); }
  Vector second(Pairs x) const { return _mm512_max_ps(zeros(), _mm512_fmadd_ps(secondOf(x), scale[1], shift[1])); }
  Vector scale[2];
  Vector shift[2];
};

// Two sums per slot over the pixels of one image, still lane by lane.
class LaneSums {
 public:
  explicit LaneSums(float* memory) : memory_(memory) {}
  static std::size_t floats(int slots) { return static_cast<std::size_t>(slots) * 2 * kLanes; }
  void clear(int slots) { std::fill_n(memory_, floats(slots), 0.f); }
  // The two sums of a slot, sixteen floats each.
  float* of(int slot) { return memory_ + static_cast<std::size_t>(slot) * 2 * kLanes; }
  float first(int slot) { return _mm512_reduce_add_ps(load(of(slot))); }
  float second(int slot) { return _mm512_reduce_add_ps(load(of(slot) + kLanes)); }

 private:
  float* memory_;
};

// Rounds rows of floats to planes of pairs, and adds the rounded values and their squares to the sums of the slots from
// `slot` on. `rows` is even, `pixels` a multiple of sixteen.
void keepAndMeasure(const float* from, std::size_t fromStride, int rows, int pixels, Pair* to, std::size_t toStride,
                    LaneSums sums, int slot);

// Means over 2x2 pixels of max(scale * x + shift, 0), for both channels of a pair; an odd last row or column is left out.
// Zeros behind the pixels.
void poolActivePair(const Pair* plane, const PairAffine& affine, const PlaneSize& size, const PlaneSize& half, float* first,
                    float* second);

}  // namespace denselab
