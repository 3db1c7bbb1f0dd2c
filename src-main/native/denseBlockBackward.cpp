#include "backward.h"
#include "denseBlock.h"

namespace denselab {

namespace {

// What the gradient of a BatchNorm's output comes to: the sums over the batch that the gradient of its input needs.
struct NormSums {
  std::vector<double> ofGradient;
  // Times the normalised value.
  std::vector<double> ofProduct;
};

// Pixels that are worked on at once: what a tile makes is still in the first-level cache when it is read.
constexpr int kChunk = 256;
constexpr int kChunkStride = kChunk + kLanes;

// The gradient of a BatchNorm's input is scale * (g - mean(g) - normalised * mean(g * normalised)). The sums are known only
// when the whole batch was seen, so `scale * g` is added to a channel's gradient at once and the rest, which is linear in the
// channel's own value and adds up over all layers that read it, when the gradient is used.
struct Corrections {
  explicit Corrections(int channels) : constant(channels), slope(channels) {}
  std::vector<double> constant;
  std::vector<double> slope;
};

class Backward {
 public:
  Backward(const BlockShape& shape, int images, int height, int width, const float* parameters, float* state,
           float* gradients)
      : shape_(shape),
        layout_(shape),
        size_(PlaneSize::of(height, width)),
        images_(images),
        parameters_(parameters),
        state_(shape, size_, images, state),
        gradients_(gradients),
        order_(images),
        corrections_(shape.channels()),
        maps_(1, static_cast<std::size_t>(images) * shape.channels() * size_.stride),
        wide_(1, static_cast<std::size_t>(images) * std::max(shape.bottleneck, 0) * size_.stride) {
    std::fill_n(gradients, layout_.parameters, 0.f);
  }

  void beginInTransition(const float* outputGradient) {
    const PlaneSize half = PlaneSize::of(size_.height / 2, size_.width / 2);
    const int channels = shape_.channels();
    const int made = shape_.transition;
    const Affine affine = affineOf(layout_.tailNorm, parameters_, state_.mean, state_.inverse);
    const float* weights = parameters_ + layout_.transition;
    packed_.pack(channels, made, [&](int to, int from) { return weights[from * padded(channels) + to]; });
    const NormedPlanes read = wide(affine);
    PairSums sums(images_, channels);
    const std::size_t planes = static_cast<std::size_t>(half.stride);
    Scratch pooled(threads_.count(), channels * planes), spreadOut(threads_.count(), channels * planes);
    Scratch gradient(threads_.count(), made * planes);
    Scratch ofWeights(order_.parts(), static_cast<std::size_t>(made) * padded(channels));
    ofWeights.clear();
    eachImage([&](Worker worker, int image) {
      toPlanes(outputGradient + static_cast<std::size_t>(image) * half.pixels * made, made, half, gradient.of(worker.thread));
      poolActive(state_.maps(image), affine, size_, half, pooled.of(worker.thread));
      dotRows(gradient.of(worker.thread), half.stride, made, pooled.of(worker.thread), half.stride, channels, half.span,
              ofWeights.of(worker.part), padded(channels), 1);
      multiplyPlanes(packed_, gradient.of(worker.thread), half.stride, half.span, spreadOut.of(worker.thread), half.stride);
      for (int c = 0; c < channels; ++c)
        unpool(spreadOut.of(worker.thread) + c * planes, half, read, image, c, sums.at(image, c));
    });
    addUp(ofWeights, layout_.transition, static_cast<std::size_t>(made) * padded(channels));
    finishWideNorm(layout_.tailNorm, affine, sums);
  }

  void beginInAverage(const float* outputGradient) {
    const Affine affine = affineOf(layout_.tailNorm, parameters_, state_.mean, state_.inverse);
    const int channels = shape_.channels();
    const NormedPlanes read = wide(affine);
    PairSums sums(images_, channels);
    eachImage([&](Worker, int image) {
      for (int c = 0; c < channels; ++c) {
        const float each = outputGradient[static_cast<std::size_t>(image) * padded(channels) + c] /
                           static_cast<float>(size_.pixels);
        float* gradient = mapGradient(image, c);
        std::fill_n(gradient, size_.pixels, each);
        std::fill(gradient + size_.pixels, gradient + size_.span, 0.f);
        maskAndSum(gradient, read, image, c, whole(), false, sums.at(image, c));
      }
    });
    finishWideNorm(layout_.tailNorm, affine, sums);
  }

  void passLayer(int index) {
    const LayerLayout& layer = layout_.layers[index];
    const int channels = shape_.channelsBefore(index);
    const Affine affine = affineOf(layer.norm1, parameters_, state_.mean, state_.inverse);
    if (shape_.bottleneck == 0) {
      PairSums sums(images_, channels);
      convolveBack(index, layer.convolution1, wide(affine), sums);
      return finishWideNorm(layer.norm1, affine, sums);
    }
    const Affine narrowAffine =
        affineOf(layer.norm2, parameters_, state_.narrowMean(index), state_.narrowInverse(index));
    PairSums narrowSums(images_, shape_.bottleneck);
    convolveBack(index, layer.convolution2, narrow(index, narrowAffine), narrowSums);
    const NormSums norm = normSums(layer.norm2, narrowSums, state_.narrowInverse(index));
    widen(index, layer, affine, narrowAffine, norm);
  }

  void giveInputGradient(float* mapsGradient) {
    const int channels = shape_.inputChannels;
    eachImage([&](Worker, int image) {
      for (int c = 0; c < channels; ++c) correct(image, c, mapGradient(image, c));
      fromPlanes(mapGradient(image, 0), channels, size_,
                 mapsGradient + static_cast<std::size_t>(image) * size_.pixels * channels);
    });
  }

 private:
  void eachImage(const std::function<void(Worker, int)>& work) {
    order_.each(1, [&](Worker worker, Range images) { work(worker, images.from); });
  }

  // The block's maps, before a norm that reads them.
  NormedPlanes wide(const Affine& affine) {
    const std::size_t plane = size_.stride;
    return {state_.maps(0), maps_.of(0), shape_.channels() * plane, plane, affine, state_.mean, true};
  }

  // Maps between the two convolutions of a layer.
  NormedPlanes narrow(int index, const Affine& affine) {
    const std::size_t plane = size_.stride;
    return {state_.narrow(index, 0), narrowGradient(0), shape_.bottleneck * plane, plane, affine, state_.narrowMean(index), false};
  }

  void convolveBack(int index, std::size_t weightsAt, const NormedPlanes& from, PairSums& sums) {
    const int first = shape_.channelsBefore(index);
    denselab::convolveBack(parameters_ + weightsAt, from, shape_.growthRate, size_, order_,
                           [&](int image, int plane, float* to) { correct(image, first + plane, to); }, sums,
                           gradients_ + weightsAt);
  }

  float* mapGradient(int image, int channel) {
    return maps_.of(0) + (static_cast<std::size_t>(image) * shape_.channels() + channel) * size_.stride;
  }
  float* narrowGradient(int image) {
    return wide_.of(0) + static_cast<std::size_t>(image) * shape_.bottleneck * size_.stride;
  }
  const float* map(int image, int channel) const {
    return state_.maps(image) + static_cast<std::size_t>(channel) * size_.stride;
  }

  Range whole() const { return {0, size_.span}; }

  // Through the ReLU and the scale of a norm that reads the block's maps; `to` takes the gradient, added to what is there or
  // in its place. `gradient` begins at the range's first pixel.
  void maskAndSum(const float* gradient, const NormedPlanes& planes, int image, int c, Range range, bool add, double* pair) const {
    const float* values = planes.value(image, c);
    float* to = planes.gradient(image, c);
    const NormVectors norm(planes, c);
    NormGradientSums sums;
    for (int p = range.from; p < range.to; p += kLanes) {
      const Vector masked =
          throughRelu(load(gradient + p - range.from), load(values + p), firstLanes(size_.pixels - p), norm, sums);
      store(to + p, add ? _mm512_fmadd_ps(masked, norm.scale, load(to + p)) : _mm512_mul_ps(masked, norm.scale));
    }
    sums.addTo(pair);
  }

  // Each pixel of a quarter takes a quarter of its mean's gradient.
  void unpool(const float* pooled, const PlaneSize& half, const NormedPlanes& read, int image, int c, double* pair) {
    float* gradient = mapGradient(image, c);
    std::fill_n(gradient, size_.span, 0.f);
    for (int y = 0; y < 2 * half.height; ++y)
      for (int x = 0; x < 2 * half.width; ++x)
        gradient[y * size_.width + x] = 0.25f * pooled[y / 2 * half.width + x / 2];
    maskAndSum(gradient, read, image, c, whole(), false, pair);
  }

  // The finished gradient of a channel, into `to`.
  void correct(int image, int c, float* to) {
    const float* gradient = mapGradient(image, c);
    const float* values = map(image, c);
    const Vector slope = spread(static_cast<float>(corrections_.slope[c]) * state_.inverse[c]);
    const Vector constant = spread(static_cast<float>(corrections_.constant[c]));
    const Vector mean = spread(state_.mean[c]);
    for (int p = 0; p < size_.span; p += kLanes) {
      const Vector distance = _mm512_sub_ps(load(values + p), mean);
      const Vector finished = _mm512_sub_ps(_mm512_fnmadd_ps(distance, slope, load(gradient + p)), constant);
      store(to + p, _mm512_maskz_mov_ps(firstLanes(size_.pixels - p), finished));
    }
  }

  // Back through norm2, the 1x1 convolution, the ReLU and norm1.
  void widen(int index, const LayerLayout& layer, const Affine& affine, const Affine& narrowAffine, const NormSums& norm) {
    const int channels = shape_.channelsBefore(index);
    const int narrow = shape_.bottleneck;
    const float* weights = parameters_ + layer.convolution1;
    packed_.pack(channels, narrow, [&](int to, int from) { return weights[from * padded(channels) + to]; });
    const NormedPlanes read = wide(affine);
    PairSums sums(images_, channels);
    const std::size_t plane = size_.stride;
    Scratch active(threads_.count(), channels * plane), rows(threads_.count(), kTileRows * kChunkStride);
    const std::size_t count = static_cast<std::size_t>(narrow) * padded(channels);
    Scratch ofWeights(order_.parts(), count);
    ofWeights.clear();
    eachImage([&](Worker worker, int image) {
      float* gradient = narrowGradient(image);
      for (int c = 0; c < narrow; ++c) finishNarrow(index, image, c, narrowAffine, norm, gradient + c * plane);
      for (int c = 0; c < channels; ++c)
        activatePlane(map(image, c), affine.scale[c], affine.shift[c], size_, active.of(worker.thread) + c * plane);
      dotRows(gradient, plane, narrow, active.of(worker.thread), plane, channels, size_.span, ofWeights.of(worker.part),
              padded(channels), 1);
      for (int from = 0; from < size_.span; from += kChunk) {
        const Range here{from, std::min(size_.span, from + kChunk)};
        for (int block = 0; block < channels; block += kTileRows) {
          for (int c = block; c < std::min(channels, block + kTileRows); ++c) {
            fetch(read.value(image, c) + from, here.to - from);
            fetch(read.gradient(image, c) + from, here.to - from);
          }
          multiplyBlock(packed_, block, gradient + from, plane, here.to - from, rows.of(worker.thread), kChunkStride);
          for (int c = block; c < std::min(channels, block + kTileRows); ++c)
            maskAndSum(rows.of(worker.thread) + (c - block) * kChunkStride, read, image, c, here, true, sums.at(image, c));
        }
      }
    });
    addUp(ofWeights, layer.convolution1, count);
    finishWideNorm(layer.norm1, affine, sums);
  }

  // gradient = scale * (gradient - mean(gradient) - normalised * mean(gradient * normalised)), in place.
  void finishNarrow(int index, int image, int c, const Affine& affine, const NormSums& norm, float* gradient) const {
    const double count = static_cast<double>(images_) * size_.pixels;
    const float* values = state_.narrow(index, image) + static_cast<std::size_t>(c) * size_.stride;
    const Vector scale = spread(affine.scale[c]);
    const Vector mean = spread(state_.narrowMean(index)[c]);
    const Vector constant = spread(static_cast<float>(norm.ofGradient[c] / count));
    const Vector slope = spread(static_cast<float>(norm.ofProduct[c] / count * state_.narrowInverse(index)[c]));
    for (int p = 0; p < size_.span; p += kLanes) {
      const Vector centred = _mm512_sub_ps(load(gradient + p), constant);
      const Vector inner = _mm512_fnmadd_ps(_mm512_sub_ps(load(values + p), mean), slope, centred);
      store(gradient + p, _mm512_maskz_mul_ps(firstLanes(size_.pixels - p), inner, scale));
    }
  }

  // Gradients of gamma and beta.
  NormSums normSums(const NormLayout& norm, PairSums& sums, const float* inverses) {
    NormSums result{std::vector<double>(norm.channels), std::vector<double>(norm.channels)};
    for (int c = 0; c < norm.channels; ++c) {
      double product;
      sums.total(c, result.ofGradient[c], product);
      result.ofProduct[c] = product * inverses[c];
      gradients_[norm.beta + c] = static_cast<float>(result.ofGradient[c]);
      gradients_[norm.gamma + c] = static_cast<float>(result.ofProduct[c]);
    }
    return result;
  }

  // As normSums, for a norm that reads the block's maps: what is left to subtract is remembered.
  void finishWideNorm(const NormLayout& norm, const Affine& affine, PairSums& sums) {
    const NormSums result = normSums(norm, sums, state_.inverse);
    const double count = static_cast<double>(images_) * size_.pixels;
    for (int c = 0; c < norm.channels; ++c) {
      corrections_.constant[c] += affine.scale[c] * result.ofGradient[c] / count;
      corrections_.slope[c] += affine.scale[c] * result.ofProduct[c] / count;
    }
  }

  // The parts' sums, in the parts' order.
  void addUp(Scratch& sums, std::size_t at, std::size_t count) {
    for (int part = 0; part < order_.parts(); ++part)
      for (std::size_t each = 0; each < count; ++each) gradients_[at + each] += sums.of(part)[each];
  }

  const BlockShape& shape_;
  const BlockLayout layout_;
  const PlaneSize size_;
  const int images_;
  const float* parameters_;
  const BlockState state_;
  float* gradients_;
  Threads& threads_ = Threads::shared();
  ImageOrder order_;
  Corrections corrections_;
  PackedWeights packed_;
  Scratch maps_;
  Scratch wide_;
};

}  // namespace

void denseBlockBackward(const BlockShape& shape, int images, int height, int width, const float* outputGradient,
                        const float* parameters, float* state, float* mapsGradient, float* parametersGradient) {
  Backward backward(shape, images, height, width, parameters, state, parametersGradient);
  if (shape.transition > 0) backward.beginInTransition(outputGradient);
  else backward.beginInAverage(outputGradient);
  for (int layer = shape.layers - 1; layer >= 0; --layer) backward.passLayer(layer);
  backward.giveInputGradient(mapsGradient);
}

}  // namespace denselab
