#include "bottleneck.h"

#include <algorithm>

namespace denselab {

void packPointwise(PackedPairs& packed, const float* weights, int made, const Slots& slots, int read, int channels) {
  packed.pack(evened(made), read / 2, [&](int to, int depth, int half) {
    const int channel = slots.channelAt(2 * depth + half);
    return to < made && channel >= 0 ? weights[static_cast<std::size_t>(to) * channels + channel] : 0.f;
  });
}

Bottleneck::Bottleneck(const PackedPairs& weights, const Affine& affine, int slots, const PlaneSize& size, int threads)
    : weights_(weights),
      affine_(affine),
      pairs_(slots / 2),
      size_(size),
      active_(threads, static_cast<std::size_t>(pairs_) * kPairChunkStride),
      rows_(threads, kPairRows * kPairChunkStride) {}

void Bottleneck::compute(int thread, const Pair* maps, Pair* narrow, LaneSums sums) {
  Pair* strip = as<Pair>(active_.of(thread));
  float* out = rows_.of(thread);
  for (int pixel = 0; pixel < size_.span; pixel += kPairChunk) {
    const int here = std::min(kPairChunk, size_.span - pixel);
    activateChunk(maps + pixel, size_.pixels - pixel, here, strip);
    for (int block = 0; block < weights_.outputs(); block += kPairRows) {
      multiplyPairs(weights_, block, strip, kPairChunkStride, here, out, kPairChunkStride);
      keepAndMeasure(out, kPairChunkStride, weights_.rows(block), here,
                     narrow + block / 2 * static_cast<std::size_t>(size_.stride) + pixel, size_.stride, sums, block);
    }
  }
}

void Bottleneck::activateChunk(const Pair* maps, int left, int pixels, Pair* out) const {
  for (int pair = 0; pair < pairs_; ++pair) {
    const PairAffine each(affine_, pair);
    for (int p = 0; p < pixels; p += kLanes) {
      const Pairs x = loadPairs(maps + pair * static_cast<std::size_t>(size_.stride) + p);
      storePairs(out + pair * kPairChunkStride + p,
                 _mm512_maskz_mov_epi32(firstLanes(left - p), pairUp(each.first(x), each.second(x))));
    }
  }
}

}  // namespace denselab
