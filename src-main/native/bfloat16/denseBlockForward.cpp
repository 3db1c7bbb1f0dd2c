#include <algorithm>

#include "bottleneck.h"
#include "denseBlock.h"

namespace denselab::bfloat16 {

namespace {

class Forward {
 public:
  Forward(const BlockShape& shape, bool recomputes, int images, int height, int width, const float* parameters, float* state,
          float* statistics)
      : shape_(shape),
        layout_(shape),
        slots_(shape),
        size_(PlaneSize::of(height, width)),
        passes_(images),
        parameters_(parameters),
        state_(shape, recomputes, size_, images, state),
        statistics_(statistics),
        sums_(passes_.threads().count(), LaneSums::floats(std::max(slots_.all(), shape.bottleneck))) {
    std::fill_n(statistics, layout_.statistics, 0.f);
  }

  void takeInput(const float* maps) {
    const int channels = shape_.inputChannels;
    Scratch planes(passes_.threads().count(), static_cast<std::size_t>(slots_.input()) * size_.stride);
    planes.clear();
    const Moments moments = measured(slots_.input(), [&](Worker worker, int image, LaneSums sums) {
      float* rows = planes.of(worker.thread);
      toPlanes(maps + static_cast<std::size_t>(image) * size_.pixels * channels, channels, size_, rows);
      keepAndMeasure(rows, size_.stride, slots_.input(), size_.span, state_.maps(image), size_.stride, sums, 0);
    });
    keep(moments, state_.mean(), state_.inverse(), unbiased_, 0);
  }

  void addLayer(int index) {
    const LayerLayout& layer = layout_.layers[index];
    const int before = slots_.before(index);
    tellStatistics(layer.norm1, state_.mean(), unbiased_);
    const Affine first = wideAffine(layer.norm1, before);
    if (shape_.bottleneck == 0) {
      const auto channelAt = [&](int slot) { return slots_.channelAt(slot); };
      return convolve(index, layer.convolution1, before, padded(shape_.channelsBefore(index)), channelAt, first,
                      [&](int image) { return state_.maps(image); });
    }
    narrow(index, layer, first);
    const auto same = [](int slot) { return slot; };
    tellNarrowStatistics(layer.norm2, state_.narrowMean(index));
    const Affine second = affineBySlot(layer.norm2, shape_.bottleneck, same, parameters_, state_.narrowMean(index),
                                       state_.narrowInverse(index));
    convolve(index, layer.convolution2, shape_.bottleneck, padded(shape_.bottleneck), same, second,
             [&](int image) { return state_.narrow(index, image); });
  }

  void endInTransition(float* output) {
    const NormLayout& norm = layout_.tailNorm;
    tellStatistics(norm, state_.mean(), unbiased_);
    const Affine affine = wideAffine(norm, slots_.all());
    const PlaneSize half = PlaneSize::of(size_.height / 2, size_.width / 2);
    const int made = shape_.transition;
    packPointwise(packed_, parameters_ + layout_.transition, made, slots_, slots_.all(), padded(norm.channels));
    const std::size_t planes = half.stride;
    Scratch pooled(passes_.threads().count(), slots_.all() / 2 * planes), line(passes_.threads().count(), 2 * planes);
    Scratch mixed(passes_.threads().count(), evened(made) * planes);
    passes_.each([&](Worker worker, int image) {
      Pair* to = as<Pair>(pooled.of(worker.thread));
      float* first = line.of(worker.thread);
      for (int pair = 0; pair < slots_.all() / 2; ++pair) {
        poolActivePair(state_.maps(image) + pair * static_cast<std::size_t>(size_.stride), PairAffine(affine, pair), size_,
                       half, first, first + planes);
        for (int p = 0; p < half.span; p += kLanes)
          storePairs(to + pair * planes + p, pairUp(load(first + p), load(first + planes + p)));
      }
      for (int block = 0; block < evened(made); block += kPairRows)
        multiplyPairs(packed_, block, to, planes, half.span, mixed.of(worker.thread) + block * planes, planes);
      fromPlanes(mixed.of(worker.thread), made, half, output + static_cast<std::size_t>(image) * half.pixels * made);
    });
  }

  void endInAverage(float* output) {
    const NormLayout& norm = layout_.tailNorm;
    tellStatistics(norm, state_.mean(), unbiased_);
    const Affine affine = wideAffine(norm, slots_.all());
    const int width = padded(norm.channels);
    passes_.each([&](Worker, int image) {
      float* to = output + static_cast<std::size_t>(image) * width;
      std::fill_n(to, width, 0.f);
      for (int pair = 0; pair < slots_.all() / 2; ++pair) {
        const Vector sums[2] = {activeSum(image, pair, affine, false), activeSum(image, pair, affine, true)};
        for (int half = 0; half < 2; ++half) {
          const int channel = slots_.channelAt(2 * pair + half);
          if (channel >= 0) to[channel] = _mm512_reduce_add_ps(sums[half]) / static_cast<float>(size_.pixels);
        }
      }
    });
  }

 private:
  struct Moments {
    std::vector<double> mean;
    // Sums of squared distances from it.
    std::vector<double> squares;
  };

  // One pass in which `work` adds each image's maps to the sums of `slots` slots.
  template <class Work>
  Moments measured(int slots, Work work) {
    PairSums pairs(passes_.images(), slots);
    passes_.each([&](Worker worker, int image) {
      LaneSums sums(sums_.of(worker.thread));
      sums.clear(slots);
      work(worker, image, sums);
      for (int slot = 0; slot < slots; ++slot) {
        // Squares around zero serve: rounding of the values to bfloat16 changes a variance by more than these sums do.
        const double sum = sums.first(slot);
        pairs.at(image, slot)[0] = sum / size_.pixels;
        pairs.at(image, slot)[1] = sums.second(slot) - sum * sum / size_.pixels;
      }
    });
    Moments moments{std::vector<double>(slots), std::vector<double>(slots)};
    for (int slot = 0; slot < slots; ++slot) {
      combineMoments(pairs, slot, size_.pixels, moments.mean[slot], moments.squares[slot]);
      // Rounding can make it negative; what is not a number stays so.
      if (moments.squares[slot] < 0) moments.squares[slot] = 0;
    }
    return moments;
  }

  void keep(const Moments& moments, float* means, float* inverses, std::vector<float>& unbiased, int from) {
    const double count = static_cast<double>(passes_.images()) * size_.pixels;
    unbiased.resize(std::max(unbiased.size(), from + moments.mean.size()));
    for (std::size_t slot = 0; slot < moments.mean.size(); ++slot) {
      means[from + slot] = static_cast<float>(moments.mean[slot]);
      inverses[from + slot] = static_cast<float>(1 / std::sqrt(moments.squares[slot] / count + shape_.epsilon));
      unbiased[from + slot] = static_cast<float>(moments.squares[slot] / std::max(1., count - 1));
    }
  }

  void narrow(int index, const LayerLayout& layer, const Affine& affine) {
    const int before = slots_.before(index);
    const int made = shape_.bottleneck;
    packPointwise(packed_, parameters_ + layer.convolution1, made, slots_, before, padded(shape_.channelsBefore(index)));
    Bottleneck bottleneck(packed_, affine, before, size_, passes_.threads().count());
    const Moments moments = measured(made, [&](Worker worker, int image, LaneSums sums) {
      bottleneck.compute(worker.thread, state_.maps(image), state_.narrow(index, image), sums);
    });
    keep(moments, state_.narrowMean(index), state_.narrowInverse(index), narrowUnbiased_, 0);
  }

  // BN, ReLU and the 3x3 convolution that makes the new maps, from the block's own maps or from the narrow ones.
  template <class ChannelAt, class In>
  void convolve(int index, std::size_t weightsAt, int slots, int channels, ChannelAt channelAt, const Affine& affine, In in) {
    const int made = shape_.growthRate;
    const float* weights = parameters_ + weightsAt;
    packed_.pack(slots_.growth(), 9 * (slots / 2), [&](int to, int depth, int half) {
      const int channel = channelAt(depth / 9 * 2 + half);
      if (to >= made || channel < 0) return 0.f;
      return weights[(static_cast<std::size_t>(depth % 9) * channels + channel) * made + to];
    });
    const int threads = passes_.threads().count();
    Scratch bordered(threads, static_cast<std::size_t>(slots / 2) * size_.borderedStride);
    Scratch rows(threads, static_cast<std::size_t>(kPairRows) * size_.stride);
    Scratch flat(threads, static_cast<std::size_t>(kPairRows) * size_.borderedStride);
    bordered.clear();
    const Moments moments = measured(slots_.growth(), [&](Worker worker, int image, LaneSums sums) {
      Pair* active = as<Pair>(bordered.of(worker.thread));
      for (int pair = 0; pair < slots / 2; ++pair)
        activateIntoBordered(in(image) + pair * static_cast<std::size_t>(size_.stride), PairAffine(affine, pair),
                             active + pair * static_cast<std::size_t>(size_.borderedStride));
      float* out = rows.of(worker.thread);
      for (int block = 0; block < slots_.growth(); block += kPairRows) {
        convolvePairs(packed_, block, active, size_, out, flat.of(worker.thread));
        keepAndMeasure(out, size_.stride, packed_.rows(block), size_.span,
                       state_.maps(image) + (slots_.before(index) + block) / 2 * static_cast<std::size_t>(size_.stride),
                       size_.stride, sums, block);
      }
    });
    keep(moments, state_.mean(), state_.inverse(), unbiased_, slots_.before(index));
  }

  void activateIntoBordered(const Pair* plane, const PairAffine& affine, Pair* bordered) const {
    eachOfLines(size_, [&](__mmask16 lanes, int at, int to) {
      const Pairs x = _mm512_maskz_loadu_epi32(lanes, plane + at);
      _mm512_mask_storeu_epi32(bordered + to, lanes, pairUp(affine.first(x), affine.second(x)));
    });
  }

  Vector activeSum(int image, int pair, const Affine& affine, bool second) const {
    const PairAffine each(affine, pair);
    const Pair* plane = state_.maps(image) + pair * static_cast<std::size_t>(size_.stride);
    Vector sum = zeros();
    for (int p = 0; p < size_.pixels; p += kLanes) {
      const Pairs x = loadPairs(plane + p);
      const Vector active = second ? each.second(x) : each.first(x);
      sum = _mm512_add_ps(sum, _mm512_maskz_mov_ps(firstLanes(size_.pixels - p), active));
    }
    return sum;
  }

  Affine wideAffine(const NormLayout& norm, int slots) const {
    return affineBySlot(norm, slots, [&](int slot) { return slots_.channelAt(slot); }, parameters_, state_.mean(),
                        state_.inverse());
  }

  void tellStatistics(const NormLayout& norm, const float* means, const std::vector<float>& unbiased) {
    for (int channel = 0; channel < norm.channels; ++channel) {
      statistics_[norm.mean + channel] = means[slots_.slotOf(channel)];
      statistics_[norm.variance + channel] = unbiased[slots_.slotOf(channel)];
    }
  }

  void tellNarrowStatistics(const NormLayout& norm, const float* means) {
    std::copy_n(means, norm.channels, statistics_ + norm.mean);
    std::copy_n(narrowUnbiased_.data(), norm.channels, statistics_ + norm.variance);
  }

  const BlockShape& shape_;
  const BlockLayout layout_;
  const Slots slots_;
  const PlaneSize size_;
  ImagePasses passes_;
  const float* parameters_;
  const PairState state_;
  float* statistics_;
  Scratch sums_;
  PackedPairs packed_;
  std::vector<float> unbiased_;
  std::vector<float> narrowUnbiased_;
};

}  // namespace

std::size_t stateFloats(const BlockShape& shape, bool recomputes, int images, int height, int width) {
  return PairState::floats(shape, recomputes, PlaneSize::of(height, width), images);
}

void denseBlockForward(const BlockShape& shape, bool recomputes, int images, int height, int width, const float* maps,
                       const float* parameters, float* output, float* state, float* statistics) {
  Forward forward(shape, recomputes, images, height, width, parameters, state, statistics);
  forward.takeInput(maps);
  for (int layer = 0; layer < shape.layers; ++layer) forward.addLayer(layer);
  if (shape.transition > 0) forward.endInTransition(output);
  else forward.endInAverage(output);
}

}  // namespace denselab::bfloat16
