#include <algorithm>
#include <memory>

#include "denseBlock.h"
#include "imageOrder.h"
#include "moments.h"
#include "scratch.h"
#include "stripTiles.h"

namespace denselab {

namespace {

class Forward {
 public:
  Forward(const BlockShape& shape, int images, int height, int width, const float* parameters, float* state,
          float* statistics)
      : shape_(shape),
        layout_(shape),
        size_(PlaneSize::of(height, width)),
        images_(images),
        parameters_(parameters),
        state_(shape, size_, images, state),
        statistics_(statistics) {
    std::fill_n(statistics, layout_.statistics, 0.f);
  }

  void takeInput(const float* maps) {
    const int channels = shape_.inputChannels;
    PairSums sums(images_, channels);
    eachImage([&](Worker, int image) {
      toPlanes(maps + static_cast<std::size_t>(image) * size_.pixels * channels, channels, size_, state_.maps(image));
      measure(state_.maps(image), image, sums);
    });
    keepMoments(sums, state_.mean, state_.inverse, unbiased_, 0);
  }

  void addLayer(int index) {
    const LayerLayout& layer = layout_.layers[index];
    tellStatistics(layer.norm1, state_.mean, unbiased_);
    const Affine first = affineOf(layer.norm1, parameters_, state_.mean, state_.inverse);
    if (shape_.bottleneck == 0) return convolve(index, layer.convolution1, shape_.channelsBefore(index), first, nullptr);
    narrow(index, layer, first);
    tellStatistics(layer.norm2, state_.narrowMean(index), narrowUnbiased_);
    const Affine second = affineOf(layer.norm2, parameters_, state_.narrowMean(index), state_.narrowInverse(index));
    convolve(index, layer.convolution2, shape_.bottleneck, second, &layer);
  }

  void endInTransition(float* output) {
    const NormLayout& norm = layout_.tailNorm;
    tellStatistics(norm, state_.mean, unbiased_);
    const Affine affine = affineOf(norm, parameters_, state_.mean, state_.inverse);
    const PlaneSize half = PlaneSize::of(size_.height / 2, size_.width / 2);
    const int channels = shape_.channels();
    const float* weights = parameters_ + layout_.transition;
    packed_.pack(shape_.transition, channels, [&](int to, int from) { return weights[to * padded(channels) + from]; });
    Scratch pooled(threads_.count(), static_cast<std::size_t>(channels) * half.stride);
    Scratch mixed(threads_.count(), static_cast<std::size_t>(shape_.transition) * half.stride);
    eachImage([&](Worker worker, int image) {
      poolActive(state_.maps(image), affine, size_, half, pooled.of(worker.thread));
      multiplyPlanes(packed_, pooled.of(worker.thread), half.stride, half.span, mixed.of(worker.thread), half.stride);
      fromPlanes(mixed.of(worker.thread), shape_.transition, half,
                 output + static_cast<std::size_t>(image) * half.pixels * shape_.transition);
    });
  }

  void endInAverage(float* output) {
    const NormLayout& norm = layout_.tailNorm;
    tellStatistics(norm, state_.mean, unbiased_);
    const Affine affine = affineOf(norm, parameters_, state_.mean, state_.inverse);
    const int width = padded(norm.channels);
    eachImage([&](Worker, int image) {
      float* to = output + static_cast<std::size_t>(image) * width;
      std::fill_n(to, width, 0.f);
      for (int c = 0; c < norm.channels; ++c)
        to[c] = averageActive(state_.maps(image) + static_cast<std::size_t>(c) * size_.stride, affine.scale[c],
                              affine.shift[c], size_);
    });
  }

 private:
  void eachImage(const std::function<void(Worker, int)>& work) {
    order_.each(1, [&](Worker worker, Range images) { work(worker, images.from); });
  }

  // BN, ReLU and the 1x1 convolution of a bottleneck layer.
  void narrow(int index, const LayerLayout& layer, const Affine& affine) {
    const int channels = shape_.channelsBefore(index);
    const float* weights = parameters_ + layer.convolution1;
    packed_.pack(shape_.bottleneck, channels, [&](int to, int from) { return weights[to * padded(channels) + from]; });
    PairSums sums(images_, shape_.bottleneck);
    Scratch active(threads_.count(), static_cast<std::size_t>(channels) * kTilePixels);
    eachImage([&](Worker worker, int image) {
      float* out = state_.narrow(index, image);
      for (int pixel = 0; pixel < size_.span; pixel += kTilePixels) {
        const int here = std::min(kTilePixels, size_.span - pixel);
        activateTile(state_.maps(image) + pixel, channels, affine, pixel, here, active.of(worker.thread));
        const int next = pixel + kTilePixels;
        for (int c = 0; c < channels; ++c)
          fetch(state_.maps(image) + static_cast<std::size_t>(c) * size_.stride + next, std::min(kTilePixels, size_.span - next));
        for (int block = 0; block < shape_.bottleneck; block += kTileRows)
          multiplyBlock(packed_, block, active.of(worker.thread), kTilePixels, here,
                        out + static_cast<std::size_t>(block) * size_.stride + pixel, size_.stride);
      }
      measure(out, image, sums);
    });
    narrowUnbiased_.resize(shape_.bottleneck);
    keepMoments(sums, state_.narrowMean(index), state_.narrowInverse(index), narrowUnbiased_, 0);
  }

  void activateTile(const float* maps, int channels, const Affine& affine, int pixel, int pixels, float* out) const {
    for (int c = 0; c < channels; ++c) {
      const Vector scale = spread(affine.scale[c]);
      const Vector shift = spread(affine.shift[c]);
      for (int p = 0; p < pixels; p += kLanes) {
        const Vector value = activate(load(maps + static_cast<std::size_t>(c) * size_.stride + p), scale, shift);
        store(out + c * kTilePixels + p, _mm512_maskz_mov_ps(firstLanes(size_.pixels - pixel - p), value));
      }
    }
  }

  // BN, ReLU and the 3x3 convolution that makes the new maps, from the block's own maps or from the narrow ones.
  void convolve(int index, std::size_t weightsAt, int channels, const Affine& affine, const LayerLayout* narrow) {
    const int made = shape_.growthRate;
    const float* weights = parameters_ + weightsAt;
    strips_.pack(made, channels, [&](int to, int from, int y, int x) {
      return weights[(static_cast<std::size_t>(3 * y + x) * padded(channels) + from) * made + to];
    });
    PairSums sums(images_, made);
    const StripSize strips(size_);
    const std::size_t inOneStrip = static_cast<std::size_t>(channels) * kProducts * strips.rowStride;
    Scratch active(threads_.count(), strips.stripsAtOnce() * inOneStrip);
    active.clear();
    const std::size_t before = static_cast<std::size_t>(shape_.channelsBefore(index)) * size_.stride;
    eachImage([&](Worker worker, int image) {
      const float* in = narrow == nullptr ? state_.maps(image) : state_.narrow(index, image);
      float* out = state_.maps(image) + before;
      for (int strip = 0; strip < strips.strips; strip += strips.stripsAtOnce()) {
        for (int each = 0; each < strips.stripsAtOnce(); ++each)
          for (int c = 0; c < channels; ++c)
            transformInput(in + static_cast<std::size_t>(c) * size_.stride, {affine.scale[c], affine.shift[c], 0}, strips,
                           strip + each,
                           active.of(worker.thread) + each * inOneStrip + static_cast<std::size_t>(c) * kProducts * strips.rowStride,
                           strips.rowStride);
        convolveStrip(strips_, active.of(worker.thread), strips, strip,
                      [&](int to, int y, int x, int count, __mmask16 mask, const Vector* rows) {
                        float* plane = out + static_cast<std::size_t>(to) * size_.stride + x;
                        for (int row = 0; row < count; ++row)
                          _mm512_mask_storeu_ps(plane + (y + row) * size_.width, mask, rows[row]);
                      },
                      [&](int share, int shares) {
                        fetchStrip(in, size_.stride, channels, strips, strip + strips.stripsAtOnce(), share, shares);
                      });
      }
      for (int c = 0; c < made; ++c) {
        float* plane = out + static_cast<std::size_t>(c) * size_.stride;
        std::fill(plane + size_.pixels, plane + size_.span, 0.f);
      }
      measure(out, image, sums);
    });
    const int from = shape_.channelsBefore(index);
    keepMoments(sums, state_.mean, state_.inverse, unbiased_, from);
  }

  void measure(const float* planes, int image, PairSums& sums) const {
    for (int c = 0; c < sums.channels(); ++c)
      measurePlane(planes + static_cast<std::size_t>(c) * size_.stride, size_, sums.at(image, c));
  }

  void keepMoments(PairSums& sums, float* means, float* inverses, std::vector<float>& unbiased, int from) {
    const double count = static_cast<double>(images_) * size_.pixels;
    unbiased.resize(std::max<std::size_t>(unbiased.size(), from + sums.channels()));
    for (int c = 0; c < sums.channels(); ++c) {
      double mean, squares;
      combineMoments(sums, c, size_.pixels, mean, squares);
      means[from + c] = static_cast<float>(mean);
      inverses[from + c] = static_cast<float>(1 / std::sqrt(squares / count + shape_.epsilon));
      unbiased[from + c] = static_cast<float>(squares / std::max(1., count - 1));
    }
  }

  void tellStatistics(const NormLayout& norm, const float* means, const std::vector<float>& unbiased) {
    std::copy_n(means, norm.channels, statistics_ + norm.mean);
    std::copy_n(unbiased.data(), norm.channels, statistics_ + norm.variance);
  }

  const BlockShape& shape_;
  const BlockLayout layout_;
  const PlaneSize size_;
  const int images_;
  const float* parameters_;
  const BlockState state_;
  float* statistics_;
  Threads& threads_ = Threads::shared();
  PackedWeights packed_;
  StripWeights strips_;
  ImageOrder order_{images_};
  std::vector<float> unbiased_;
  std::vector<float> narrowUnbiased_;
};

}  // namespace

void denseBlockForward(const BlockShape& shape, int images, int height, int width, const float* maps,
                       const float* parameters, float* output, float* state, float* statistics) {
  Forward forward(shape, images, height, width, parameters, state, statistics);
  forward.takeInput(maps);
  for (int layer = 0; layer < shape.layers; ++layer) forward.addLayer(layer);
  if (shape.transition > 0) forward.endInTransition(output);
  else forward.endInAverage(output);
}

}  // namespace denselab
