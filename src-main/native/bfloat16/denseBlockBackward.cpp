#include "bottleneck.h"
#include "denseBlock.h"
#include "gradients.h"

namespace denselab::bfloat16 {

namespace {

// What the gradient of a BatchNorm's output comes to, by slot: the means over the batch that the gradient of its input needs.
struct NormMeans {
  std::vector<double> ofGradient;
  // Times the normalised value.
  std::vector<double> ofProduct;
};

// As in ../denseBlockBackward.cpp: scale * g is added to a channel's gradient at once, and what is left to subtract, which is
// linear in the channel's own value and adds up over all layers that read it, when the gradient is used.
struct Corrections {
  explicit Corrections(int slots) : constant(slots), slope(slots) {}
  std::vector<double> constant;
  std::vector<double> slope;
};

class Backward {
 public:
  Backward(const BlockShape& shape, bool recomputes, int images, int height, int width, const float* parameters, float* state,
           float* gradients)
      : shape_(shape),
        recomputes_(recomputes),
        layout_(shape),
        slots_(shape),
        size_(PlaneSize::of(height, width)),
        stride_(size_.stride),
        passes_(images),
        parameters_(parameters),
        state_(shape, recomputes, size_, images, state),
        gradients_(gradients),
        corrections_(slots_.all()),
        sums_(passes_.threads().count(), LaneSums::floats(std::max(slots_.all(), shape.bottleneck))),
        maps_(1, static_cast<std::size_t>(images) * (slots_.all() / 2) * stride_),
        narrow_(1, static_cast<std::size_t>(images) * (shape.bottleneck / 2) * stride_) {
    std::fill_n(gradients, layout_.parameters, 0.f);
  }

  void beginInTransition(const float* outputGradient) {
    const PlaneSize half = PlaneSize::of(size_.height / 2, size_.width / 2);
    const int made = shape_.transition;
    const int channels = padded(shape_.channels());
    const Affine affine = wideAffine(layout_.tailNorm, slots_.all());
    packed_.pack(slots_.all(), evened(made) / 2, [&](int to, int depth, int second) {
      return wideWeight(layout_.transition, 2 * depth + second, to, made, channels);
    });
    const std::size_t planes = half.stride;
    const std::size_t row = rowStride(half);
    Scratch pooled = perThread(floatsOf(slots_.all() * row)), gradientRows = perThread(floatsOf(evened(made) * row));
    Scratch gradient = perThread(evened(made) / 2 * planes), lines = perThread(std::max<std::size_t>(made + 1, kPairRows) * planes);
    Scratch spreadOut = perThread(2 * stride_);
    Scratch ofWeights(passes_.parts(), static_cast<std::size_t>(made) * slots_.all());
    for (Scratch* each : {&pooled, &gradientRows, &lines, &ofWeights}) each->clear();
    finishWide(layout_.tailNorm, affine, summed(slots_.all(), [&](Worker worker, int image, LaneSums sums) {
      float* line = lines.of(worker.thread);
      toPlanes(outputGradient + static_cast<std::size_t>(image) * half.pixels * made, made, half, line);
      if (made % 2 != 0) std::fill_n(line + made * planes, planes, 0.f);
      Brain* rows = as<Brain>(gradientRows.of(worker.thread));
      for (int pair = 0; pair < evened(made) / 2; ++pair)
        keepBoth(line + 2 * pair * planes, half, as<Pair>(gradient.of(worker.thread)) + pair * planes, rows + 2 * pair * row);
      Brain* active = as<Brain>(pooled.of(worker.thread));
      for (int pair = 0; pair < slots_.all() / 2; ++pair) {
        poolActivePair(state_.maps(image) + pair * stride_, PairAffine(affine, pair), size_, half, line, line + planes);
        keepRows(line, half, active + 2 * pair * row);
      }
      dotRowsOfPixels(rows, row, made, active, row, slots_.all(), rowSpan(half), ofWeights.of(worker.part), slots_.all(), 1);
      for (int block = 0; block < slots_.all(); block += kPairRows) {
        multiplyPairs(packed_, block, as<Pair>(gradient.of(worker.thread)), planes, half.span, line, planes);
        for (int each = 0; each < packed_.rows(block); each += 2) {
          unpool(line + each * planes, half, size_, spreadOut.of(worker.thread));
          unpool(line + (each + 1) * planes, half, size_, spreadOut.of(worker.thread) + stride_);
          passBack<Keep::scaledInPlace>(image, spreadOut.of(worker.thread), stride_, 2, {0, size_.span}, affine, block + each, sums);
        }
      }
    }));
    addUpWide(ofWeights, layout_.transition, made, slots_.all(), channels);
  }

  void beginInAverage(const float* outputGradient) {
    const Affine affine = wideAffine(layout_.tailNorm, slots_.all());
    const int width = padded(shape_.channels());
    Scratch rows = perThread(2 * stride_);
    finishWide(layout_.tailNorm, affine, summed(slots_.all(), [&](Worker worker, int image, LaneSums sums) {
      float* row = rows.of(worker.thread);
      for (int slot = 0; slot < slots_.all(); slot += 2) {
        for (int half = 0; half < 2; ++half) {
          const int channel = slots_.channelAt(slot + half);
          const float each = channel < 0 ? 0.f : outputGradient[static_cast<std::size_t>(image) * width + channel];
          float* to = row + half * stride_;
          std::fill_n(to, size_.pixels, each / static_cast<float>(size_.pixels));
          std::fill(to + size_.pixels, to + size_.span, 0.f);
        }
        passBack<Keep::scaledInPlace>(image, row, stride_, 2, {0, size_.span}, affine, slot, sums);
      }
    }));
  }

  void passLayer(int index) {
    const LayerLayout& layer = layout_.layers[index];
    const int slots = slots_.before(index);
    const Affine affine = wideAffine(layer.norm1, slots);
    const Convolution convolution{index, shape_.bottleneck == 0 ? layer.convolution1 : layer.convolution2,
                                  shape_.bottleneck == 0 ? slots : shape_.bottleneck,
                                  padded(shape_.bottleneck == 0 ? shape_.channelsBefore(index) : shape_.bottleneck)};
    if (shape_.bottleneck == 0) {
      return finishWide(layer.norm1, affine, convolveBack(convolution, affine, [&](int image, const float* rows, int slot, LaneSums sums) {
        passBack<Keep::scaledAdded>(image, rows, stride_, packed_.rows(slot), {0, size_.span}, affine, slot, sums);
      }));
    }
    // What the forward pass did last is still there.
    if (recomputes_ && index + 1 < shape_.layers) narrowAgain(index, layer, affine);
    const Affine narrowAffine = affineBySlot(layer.norm2, shape_.bottleneck, [](int slot) { return slot; }, parameters_,
                                             state_.narrowMean(index), state_.narrowInverse(index));
    PairSums sums = convolveBack(convolution, narrowAffine, [&](int image, const float* rows, int slot, LaneSums lanes) {
      passBackRows<Keep::unscaled>(rows, stride_, packed_.rows(slot), size_.span,
                                   state_.narrow(index, image) + slot / 2 * stride_, narrowAffine, slot,
                                   narrowGradient(image) + slot / 2 * stride_, stride_, lanes);
    });
    const NormMeans means = normMeans(layer.norm2, sums, shape_.bottleneck, [](int slot) { return slot; },
                                      state_.narrowMean(index), state_.narrowInverse(index));
    widen(index, layer, affine, narrowBlend(index, narrowAffine, means));
  }

  void giveInputGradient(float* mapsGradient) {
    const int channels = shape_.inputChannels;
    Scratch planes = perThread(static_cast<std::size_t>(slots_.input()) * stride_);
    const Blend blend = corrected(0, slots_.input());
    passes_.each([&](Worker worker, int image) {
      float* line = planes.of(worker.thread);
      for (int pair = 0; pair < slots_.input() / 2; ++pair) {
        const PairBlend each(blend, pair);
        for (int p = 0; p < size_.span; p += kLanes) {
          const Pairs gradient = loadPairs(mapGradient(image, 2 * pair) + p);
          const Pairs value = loadPairs(state_.maps(image) + pair * stride_ + p);
          store(line + 2 * pair * stride_ + p, each.first(gradient, value));
          store(line + (2 * pair + 1) * stride_ + p, each.second(gradient, value));
        }
      }
      fromPlanes(line, channels, size_, mapsGradient + static_cast<std::size_t>(image) * size_.pixels * channels);
    });
  }

 private:
  // A 3x3 convolution whose gradient is computed: its weights are [tap][stored][made].
  struct Convolution {
    int index;
    std::size_t weights;
    int slots;
    int stored;
  };

  Scratch perThread(std::size_t floats) { return Scratch(passes_.threads().count(), floats); }

  Pair* mapGradient(int image, int slot) {
    return as<Pair>(maps_.of(0)) + (static_cast<std::size_t>(image) * slots_.all() + slot) / 2 * stride_;
  }
  Pair* narrowGradient(int image) {
    return as<Pair>(narrow_.of(0)) + static_cast<std::size_t>(image) * (shape_.bottleneck / 2) * stride_;
  }

  // One pass in which `work` adds each image's gradients to the sums of `slots` slots.
  template <class Work>
  PairSums summed(int slots, Work work) {
    PairSums sums(passes_.images(), slots);
    passes_.each([&](Worker worker, int image) {
      LaneSums lanes(sums_.of(worker.thread));
      lanes.clear(slots);
      work(worker, image, lanes);
      for (int slot = 0; slot < slots; ++slot) {
        sums.at(image, slot)[0] = lanes.first(slot);
        sums.at(image, slot)[1] = lanes.second(slot);
      }
    });
    return sums;
  }

  // passBackRows for the block's own maps; rows begin at the range's first pixel.
  template <Keep How>
  void passBack(int image, const float* rows, std::size_t rowsStride, int count, Range range, const Affine& affine, int slot,
                LaneSums sums) {
    passBackRows<How>(rows, rowsStride, count, range.to - range.from, state_.maps(image) + slot / 2 * stride_ + range.from,
                      affine, slot, mapGradient(image, slot) + range.from, stride_, sums);
  }

  // Back through the 3x3 convolution that made the maps of a layer: the weights' gradient, and that of every plane that it
  // read, handed to `take` unmasked.
  template <class Take>
  PairSums convolveBack(const Convolution& convolution, const Affine& affine, Take take) {
    const int made = slots_.growth();
    packTurned(convolution);
    const std::size_t bordered = size_.borderedStride;
    Scratch gradient = perThread(made / 2 * bordered), gradientRows = perThread(floatsOf(made * bordered));
    Scratch active = perThread(floatsOf(convolution.slots * bordered)), flat = perThread(kPairRows * bordered);
    Scratch rows = perThread(kPairRows * stride_);
    const std::size_t tap = static_cast<std::size_t>(convolution.slots) * made;
    Scratch ofWeights(passes_.parts(), 9 * tap);
    for (Scratch* each : {&gradient, &gradientRows, &active, &ofWeights}) each->clear();
    const Blend blend = corrected(slots_.before(convolution.index), made);
    PairSums sums = summed(convolution.slots, [&](Worker worker, int image, LaneSums lanes) {
      Pair* arriving = as<Pair>(gradient.of(worker.thread));
      Brain* arrivingRows = as<Brain>(gradientRows.of(worker.thread));
      Brain* activeRows = as<Brain>(active.of(worker.thread));
      correctIntoBordered(convolution.index, image, blend, arriving, arrivingRows);
      const Pair* read = shape_.bottleneck == 0 ? state_.maps(image) : state_.narrow(convolution.index, image);
      for (int pair = 0; pair < convolution.slots / 2; ++pair)
        activateIntoBorderedRows(read + pair * stride_, PairAffine(affine, pair), activeRows + 2 * pair * bordered);
      dotShiftedRows(arrivingRows, made, activeRows, convolution.slots, size_, ofWeights.of(worker.part), tap, made);
      for (int block = 0; block < convolution.slots; block += kPairRows) {
        convolvePairs(packed_, block, arriving, size_, rows.of(worker.thread), flat.of(worker.thread));
        take(image, rows.of(worker.thread), block, lanes);
      }
    });
    addUpConvolution(ofWeights, convolution);
    return sums;
  }

  void narrowAgain(int index, const LayerLayout& layer, const Affine& affine) {
    const int before = slots_.before(index);
    packPointwise(packed_, parameters_ + layer.convolution1, shape_.bottleneck, slots_, before,
                  padded(shape_.channelsBefore(index)));
    Bottleneck bottleneck(packed_, affine, before, size_, passes_.threads().count());
    passes_.each([&](Worker worker, int image) {
      // Their statistics are known: the sums are for nobody.
      bottleneck.compute(worker.thread, state_.maps(image), state_.narrow(index, image), LaneSums(sums_.of(worker.thread)));
    });
  }

  // The same taps, turned by half a turn.
  void packTurned(const Convolution& convolution) {
    const int made = shape_.growthRate;
    const float* weights = parameters_ + convolution.weights;
    packed_.pack(convolution.slots, 9 * (slots_.growth() / 2), [&](int to, int depth, int half) {
      const int from = depth / 9 * 2 + half;
      const int channel = readChannel(to);
      if (from >= made || channel < 0) return 0.f;
      return weights[(static_cast<std::size_t>(8 - depth % 9) * convolution.stored + channel) * made + from];
    });
  }

  // The channel that a 3x3 convolution reads from a slot.
  int readChannel(int slot) const { return shape_.bottleneck == 0 ? slots_.channelAt(slot) : slot; }

  void correctIntoBordered(int index, int image, const Blend& blend, Pair* pairs, Brain* rows) {
    const int before = slots_.before(index);
    const std::size_t bordered = size_.borderedStride;
    for (int pair = 0; pair < slots_.growth() / 2; ++pair) {
      const PairBlend each(blend, pair);
      const Pair* gradient = mapGradient(image, before + 2 * pair);
      const Pair* values = state_.maps(image) + (before / 2 + pair) * stride_;
      eachOfLines(size_, [&](__mmask16 lanes, int at, int to) {
        const Pairs of = _mm512_maskz_loadu_epi32(lanes, gradient + at);
        const Pairs x = _mm512_maskz_loadu_epi32(lanes, values + at);
        const Vector first = each.first(of, x);
        const Vector second = each.second(of, x);
        _mm512_mask_storeu_epi32(pairs + pair * bordered + to, lanes, pairUp(first, second));
        storeRounded(rows + 2 * pair * bordered + to, lanes, first);
        storeRounded(rows + (2 * pair + 1) * bordered + to, lanes, second);
      });
    }
  }

  void activateIntoBorderedRows(const Pair* plane, const PairAffine& affine, Brain* rows) const {
    eachOfLines(size_, [&](__mmask16 lanes, int at, int to) {
      const Pairs x = _mm512_maskz_loadu_epi32(lanes, plane + at);
      storeRounded(rows + to, lanes, affine.first(x));
      storeRounded(rows + size_.borderedStride + to, lanes, affine.second(x));
    });
  }

  // Back through norm2, the 1x1 convolution, the ReLU and norm1.
  void widen(int index, const LayerLayout& layer, const Affine& affine, const Blend& blend) {
    const int slots = slots_.before(index);
    const int narrow = shape_.bottleneck;
    const int channels = padded(shape_.channelsBefore(index));
    packed_.pack(slots, narrow / 2, [&](int to, int depth, int second) {
      return wideWeight(layer.convolution1, 2 * depth + second, to, narrow, channels);
    });
    const std::size_t row = rowStride(size_);
    Scratch gradient = perThread(narrow / 2 * stride_), gradientRows = perThread(floatsOf(narrow * row));
    Scratch active = perThread(floatsOf(slots * row)), rows = perThread(kPairRows * kPairChunkStride);
    Scratch ofWeights(passes_.parts(), static_cast<std::size_t>(narrow) * slots);
    for (Scratch* each : {&gradientRows, &active, &ofWeights}) each->clear();
    finishWide(layer.norm1, affine, summed(slots, [&](Worker worker, int image, LaneSums sums) {
      Pair* arriving = as<Pair>(gradient.of(worker.thread));
      Brain* arrivingRows = as<Brain>(gradientRows.of(worker.thread));
      Brain* activeRows = as<Brain>(active.of(worker.thread));
      for (int pair = 0; pair < narrow / 2; ++pair)
        finishNarrow(PairBlend(blend, pair), narrowGradient(image) + pair * stride_,
                     state_.narrow(index, image) + pair * stride_, arriving + pair * stride_, arrivingRows + 2 * pair * row);
      for (int pair = 0; pair < slots / 2; ++pair)
        activateRows(state_.maps(image) + pair * stride_, PairAffine(affine, pair), activeRows + 2 * pair * row);
      dotRowsOfPixels(arrivingRows, row, narrow, activeRows, row, slots, rowSpan(size_), ofWeights.of(worker.part), slots, 1);
      for (int from = 0; from < size_.span; from += kPairChunk) {
        const Range here{from, std::min(size_.span, from + kPairChunk)};
        for (int block = 0; block < slots; block += kPairRows) {
          prefetch(mapGradient(image, block) + from, packed_.rows(block) / 2, here.to - from);
          prefetch(state_.maps(image) + block / 2 * stride_ + from, packed_.rows(block) / 2, here.to - from);
          multiplyPairs(packed_, block, arriving + from, stride_, here.to - from, rows.of(worker.thread), kPairChunkStride);
          passBack<Keep::scaledAdded>(image, rows.of(worker.thread), kPairChunkStride, packed_.rows(block), here, affine, block,
                                      sums);
        }
      }
    }));
    addUpWide(ofWeights, layer.convolution1, narrow, slots, channels);
  }

  // Pieces of planes that are needed soon.
  void prefetch(const Pair* plane, int planes, int pixels) const {
    for (int each = 0; each < planes; ++each)
      for (int p = 0; p < pixels; p += kLanes)
        _mm_prefetch(reinterpret_cast<const char*>(plane + each * stride_ + p), _MM_HINT_T0);
  }

  // The gradient of a norm2's input, as pairs and as rows.
  void finishNarrow(const PairBlend& blend, const Pair* gradient, const Pair* values, Pair* pairs, Brain* rows) const {
    for (int p = 0; p < size_.span; p += kLanes) {
      const __mmask16 lanes = firstLanes(size_.pixels - p);
      const Pairs of = loadPairs(gradient + p);
      const Pairs x = loadPairs(values + p);
      const Vector first = _mm512_maskz_mov_ps(lanes, blend.first(of, x));
      const Vector second = _mm512_maskz_mov_ps(lanes, blend.second(of, x));
      storePairs(pairs + p, pairUp(first, second));
      storeRounded(rows + p, lanes, first);
      storeRounded(rows + rowStride(size_) + p, lanes, second);
    }
  }

  void activateRows(const Pair* plane, const PairAffine& affine, Brain* rows) const {
    for (int p = 0; p < size_.span; p += kLanes) {
      const Pairs x = loadPairs(plane + p);
      storeRounded(rows + p, firstLanes(size_.pixels - p), affine.first(x));
      storeRounded(rows + rowStride(size_) + p, firstLanes(size_.pixels - p), affine.second(x));
    }
  }

  // Two planes of floats, rounded to rows, and to pairs as well.
  static void keepRows(const float* planes, const PlaneSize& size, Brain* rows) {
    for (int half = 0; half < 2; ++half)
      for (int p = 0; p < size.span; p += kLanes)
        storeRounded(rows + half * rowStride(size) + p, firstLanes(size.pixels - p), load(planes + half * size.stride + p));
  }
  static void keepBoth(const float* planes, const PlaneSize& size, Pair* pairs, Brain* rows) {
    for (int p = 0; p < size.span; p += kLanes)
      storePairs(pairs + p, pairUp(load(planes + p), load(planes + size.stride + p)));
    keepRows(planes, size, rows);
  }

  // gradient = scale * (gradient - mean(gradient) - normalised * mean(gradient * normalised)).
  Blend narrowBlend(int index, const Affine& affine, const NormMeans& means) const {
    Blend blend(shape_.bottleneck);
    for (int slot = 0; slot < shape_.bottleneck; ++slot) {
      const double scale = affine.scale[slot];
      const double slope = scale * means.ofProduct[slot] * state_.narrowInverse(index)[slot];
      blend.gradient[slot] = affine.scale[slot];
      blend.value[slot] = static_cast<float>(-slope);
      blend.constant[slot] = static_cast<float>(slope * state_.narrowMean(index)[slot] - scale * means.ofGradient[slot]);
    }
    return blend;
  }

  // The finished gradients of `count` slots from `first` on.
  Blend corrected(int first, int count) const {
    Blend blend(count);
    for (int each = 0; each < count; ++each) {
      const double slope = corrections_.slope[first + each] * state_.inverse()[first + each];
      blend.gradient[each] = 1;
      blend.value[each] = static_cast<float>(-slope);
      blend.constant[each] = static_cast<float>(slope * state_.mean()[first + each] - corrections_.constant[first + each]);
    }
    return blend;
  }

  // Gradients of gamma and beta.
  template <class ChannelAt>
  NormMeans normMeans(const NormLayout& norm, PairSums& sums, int slots, ChannelAt channelAt, const float* means,
                      const float* inverses) {
    const double count = static_cast<double>(passes_.images()) * size_.pixels;
    NormMeans result{std::vector<double>(slots), std::vector<double>(slots)};
    for (int slot = 0; slot < slots; ++slot) {
      double sum, product;
      sums.total(slot, sum, product);
      const double normalised = (product - sum * means[slot]) * inverses[slot];
      result.ofGradient[slot] = sum / count;
      result.ofProduct[slot] = normalised / count;
      const int channel = channelAt(slot);
      if (channel < 0) continue;
      gradients_[norm.beta + channel] = static_cast<float>(sum);
      gradients_[norm.gamma + channel] = static_cast<float>(normalised);
    }
    return result;
  }

  // As normMeans, for a norm that reads the block's maps: what is left to subtract is remembered.
  void finishWide(const NormLayout& norm, const Affine& affine, PairSums sums) {
    const NormMeans means = normMeans(norm, sums, sums.channels(), [&](int slot) { return slots_.channelAt(slot); },
                                      state_.mean(), state_.inverse());
    for (int slot = 0; slot < sums.channels(); ++slot) {
      corrections_.constant[slot] += affine.scale[slot] * means.ofGradient[slot];
      corrections_.slope[slot] += affine.scale[slot] * means.ofProduct[slot];
    }
  }

  Affine wideAffine(const NormLayout& norm, int slots) const {
    return affineBySlot(norm, slots, [&](int slot) { return slots_.channelAt(slot); }, parameters_, state_.mean(),
                        state_.inverse());
  }

  // The weight from `slot` to output `to` of a 1x1 convolution with weights [made][channels].
  float wideWeight(std::size_t at, int to, int slot, int made, int channels) const {
    const int channel = slots_.channelAt(slot);
    return to < made && channel >= 0 ? parameters_[at + static_cast<std::size_t>(to) * channels + channel] : 0.f;
  }

  // From sums [made][slots] to weights [made][channels].
  void addUpWide(Scratch& sums, std::size_t at, int made, int slots, int channels) {
    addParts(sums, passes_.parts(), static_cast<std::size_t>(made) * slots, passes_.threads());
    for (int to = 0; to < made; ++to)
      for (int slot = 0; slot < slots; ++slot) {
        const int channel = slots_.channelAt(slot);
        if (channel >= 0) gradients_[at + static_cast<std::size_t>(to) * channels + channel] = sums.of(0)[to * slots + slot];
      }
  }

  // From sums [tap][slot][made, evened] to weights [tap][channel][made].
  void addUpConvolution(Scratch& sums, const Convolution& convolution) {
    const int made = slots_.growth();
    addParts(sums, passes_.parts(), static_cast<std::size_t>(9) * convolution.slots * made, passes_.threads());
    for (int tap = 0; tap < 9; ++tap)
      for (int slot = 0; slot < convolution.slots; ++slot) {
        const int channel = readChannel(slot);
        if (channel < 0) continue;
        std::copy_n(sums.of(0) + (static_cast<std::size_t>(tap) * convolution.slots + slot) * made, shape_.growthRate,
                    gradients_ + convolution.weights +
                        (static_cast<std::size_t>(tap) * convolution.stored + channel) * shape_.growthRate);
      }
  }

  const BlockShape& shape_;
  const bool recomputes_;
  const BlockLayout layout_;
  const Slots slots_;
  const PlaneSize size_;
  const std::size_t stride_;
  ImagePasses passes_;
  const float* parameters_;
  const PairState state_;
  float* gradients_;
  Corrections corrections_;
  PackedPairs packed_;
  Scratch sums_;
  Scratch maps_;
  Scratch narrow_;
};

}  // namespace

void denseBlockBackward(const BlockShape& shape, bool recomputes, int images, int height, int width, const float* outputGradient,
                        const float* parameters, float* state, float* mapsGradient, float* parametersGradient) {
  Backward backward(shape, recomputes, images, height, width, parameters, state, parametersGradient);
  if (shape.transition > 0) backward.beginInTransition(outputGradient);
  else backward.beginInAverage(outputGradient);
  for (int layer = shape.layers - 1; layer >= 0; --layer) backward.passLayer(layer);
  backward.giveInputGradient(mapsGradient);
}

}  // namespace denselab::bfloat16
