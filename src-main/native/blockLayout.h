// Where the parameters, statistics and saved values of a dense block lie. The order is that of the layer plan: for each
// layer norm1 (gamma, beta), conv1, and with a bottleneck norm2 (gamma, beta), conv2; then the norm of the transition or of
// the head, and the transition's convolution. Vectors that a BatchNorm reads are padded to sixteen, as in the flat vector.
#pragma once

#include <cstddef>
#include <vector>

#include "planes.h"
#include "simd.h"

namespace denselab {

struct BlockShape {
  int inputChannels;
  int growthRate;
  int layers;
  // Channels between the 1x1 and the 3x3 convolution; 0 where a layer is one 3x3 convolution.
  int bottleneck;
  // Channels after the transition; 0 where the block ends in the head's global average.
  int transition;
  float epsilon;

  int channelsBefore(int layer) const { return inputChannels + layer * growthRate; }
  int channels() const { return channelsBefore(layers); }
};

inline int padded(int channels) { return roundUp(channels, kLanes); }

// Offsets of one BatchNorm.
struct NormLayout {
  int channels;
  std::size_t gamma;
  std::size_t beta;
  std::size_t mean;
  std::size_t variance;
};

struct LayerLayout {
  NormLayout norm1;
  NormLayout norm2;
  std::size_t convolution1;
  std::size_t convolution2;
};

struct BlockLayout {
  explicit BlockLayout(const BlockShape& shape);

  std::vector<LayerLayout> layers;
  NormLayout tailNorm;
  std::size_t transition;
  // Floats in all.
  std::size_t parameters = 0;
  std::size_t statistics = 0;

 private:
  NormLayout addNorm(int channels);
  std::size_t addWeights(std::size_t count);
};

// What the forward pass keeps for the gradient: statistics by channel, the block's maps as planes, and those between the
// two convolutions of each layer.
struct BlockState {
  BlockState(const BlockShape& shape, const PlaneSize& size, int images, float* memory);
  static std::size_t floats(const BlockShape& shape, const PlaneSize& size, int images);

  float* mean;
  float* inverse;
  float* maps(int image) const { return maps_ + image * mapsStride_; }
  float* narrowMean(int layer) const { return narrowMean_ + layer * 2 * bottleneck_; }
  float* narrowInverse(int layer) const { return narrowMean(layer) + bottleneck_; }
  float* narrow(int layer, int image) const {
    return narrow_ + (static_cast<std::size_t>(layer) * images_ + image) * narrowStride_;
  }

 private:
  int images_;
  std::size_t bottleneck_;
  std::size_t mapsStride_;
  std::size_t narrowStride_;
  float* narrowMean_;
  float* maps_;
  float* narrow_;
};

}  // namespace denselab
