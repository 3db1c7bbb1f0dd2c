// Where the channels of a block lie when they are kept two by two: what is odd in number gets one channel of zeros, and each
// layer's new maps begin with a pair of their own. A place for a channel is called a slot.
#pragma once

#include <vector>

#include "../blockLayout.h"
#include "pairs.h"

namespace denselab {

inline int evened(int channels) { return roundUp(channels, 2); }

class Slots {
 public:
  explicit Slots(const BlockShape& shape) : shape_(shape), input_(evened(shape.inputChannels)), growth_(evened(shape.growthRate)) {}

  // Of the maps that a layer reads; with the number of layers, of all.
  int before(int layer) const { return input_ + layer * growth_; }
  int all() const { return before(shape_.layers); }
  int growth() const { return growth_; }
  int input() const { return input_; }

  // The channel in a slot; -1 where there is none.
  int channelAt(int slot) const {
    if (slot < input_) return slot < shape_.inputChannels ? slot : -1;
    const int layer = (slot - input_) / growth_;
    const int made = (slot - input_) % growth_;
    return made < shape_.growthRate ? shape_.channelsBefore(layer) + made : -1;
  }
  int slotOf(int channel) const {
    if (channel < shape_.inputChannels) return channel;
    const int later = channel - shape_.inputChannels;
    return before(later / shape_.growthRate) + later % shape_.growthRate;
  }

 private:
  BlockShape shape_;
  int input_;
  int growth_;
};

// What the forward pass keeps for the gradient: statistics by slot, the block's maps as planes of pairs, and those between
// the two convolutions of each layer, or of the last one only where the gradient recomputes them. All lies in numbers of 32
// bits.
class PairState {
 public:
  PairState(const BlockShape& shape, bool recomputes, const PlaneSize& size, int images, float* memory)
      : images_(images),
        recomputes_(recomputes),
        slots_(Slots(shape).all()),
        bottleneck_(shape.bottleneck),
        mapsStride_(slots_ / 2u * size.stride),
        narrowStride_(static_cast<std::size_t>(bottleneck_) / 2 * size.stride),
        statistics_(memory),
        maps_(reinterpret_cast<Pair*>(memory + statisticsFloats(shape))),
        narrow_(maps_ + mapsStride_ * images) {}

  static std::size_t floats(const BlockShape& shape, bool recomputes, const PlaneSize& size, int images) {
    const std::size_t kept = recomputes ? 1 : shape.layers;
    const std::size_t planes = (Slots(shape).all() + kept * shape.bottleneck) / 2;
    return statisticsFloats(shape) + planes * size.stride * images;
  }

  float* mean() const { return statistics_; }
  float* inverse() const { return statistics_ + slots_; }
  float* narrowMean(int layer) const { return statistics_ + 2 * slots_ + static_cast<std::size_t>(layer) * 2 * bottleneck_; }
  float* narrowInverse(int layer) const { return narrowMean(layer) + bottleneck_; }
  Pair* maps(int image) const { return maps_ + image * mapsStride_; }
  Pair* narrow(int layer, int image) const {
    return narrow_ + (static_cast<std::size_t>(recomputes_ ? 0 : layer) * images_ + image) * narrowStride_;
  }

 private:
  static std::size_t statisticsFloats(const BlockShape& shape) {
    return roundUp(2 * (Slots(shape).all() + shape.layers * shape.bottleneck), kLanes);
  }

  int images_;
  bool recomputes_;
  int slots_;
  int bottleneck_;
  std::size_t mapsStride_;
  std::size_t narrowStride_;
  float* statistics_;
  Pair* maps_;
  Pair* narrow_;
};

}  // namespace denselab
