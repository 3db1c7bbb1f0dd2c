#include "blockLayout.h"

namespace denselab {

BlockLayout::BlockLayout(const BlockShape& shape) {
  for (int layer = 0; layer < shape.layers; ++layer) {
    const int channels = shape.channelsBefore(layer);
    LayerLayout each{};
    each.norm1 = addNorm(channels);
    if (shape.bottleneck > 0) {
      each.convolution1 = addWeights(static_cast<std::size_t>(shape.bottleneck) * padded(channels));
      each.norm2 = addNorm(shape.bottleneck);
      each.convolution2 = addWeights(9u * padded(shape.bottleneck) * shape.growthRate);
    } else {
      each.convolution1 = addWeights(9u * padded(channels) * shape.growthRate);
    }
    layers.push_back(each);
  }
  tailNorm = addNorm(shape.channels());
  transition = addWeights(static_cast<std::size_t>(shape.transition) * padded(shape.channels()));
}

NormLayout BlockLayout::addNorm(int channels) {
  const std::size_t width = padded(channels);
  const NormLayout norm{channels, parameters, parameters + width, statistics, statistics + width};
  parameters += 2 * width;
  statistics += 2 * width;
  return norm;
}

std::size_t BlockLayout::addWeights(std::size_t count) {
  const std::size_t at = parameters;
  parameters += count;
  return at;
}

namespace {

std::size_t statisticsFloats(const BlockShape& shape) {
  const std::size_t floats = 2u * shape.channels() + 2u * shape.layers * shape.bottleneck;
  return (floats + kLanes - 1) / kLanes * kLanes;
}

}  // namespace

std::size_t BlockState::floats(const BlockShape& shape, const PlaneSize& size, int images) {
  const std::size_t planes = shape.channels() + static_cast<std::size_t>(shape.layers) * shape.bottleneck;
  return statisticsFloats(shape) + planes * size.stride * images;
}

BlockState::BlockState(const BlockShape& shape, const PlaneSize& size, int images, float* memory)
    : mean(memory),
      inverse(memory + shape.channels()),
      images_(images),
      bottleneck_(shape.bottleneck),
      mapsStride_(static_cast<std::size_t>(shape.channels()) * size.stride),
      narrowStride_(static_cast<std::size_t>(shape.bottleneck) * size.stride),
      narrowMean_(memory + 2 * shape.channels()),
      maps_(memory + statisticsFloats(shape)),
      narrow_(maps_ + mapsStride_ * images) {}

}  // namespace denselab
