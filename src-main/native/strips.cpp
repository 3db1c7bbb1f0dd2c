#include "strips.h"

#include <utility>

#include "stripTiles.h"

namespace denselab {

void StripWeights::put(int to, int from, int x, float upper, float middle, float lower) {
  const int first = to / kStripTileRows * kStripTileRows;
  const int rows = std::min(kStripTileRows, outputs_ - first);
  float* at = values_.data() + static_cast<std::size_t>(first) * channels_ * kTaps * kProducts +
              static_cast<std::size_t>(from * kTaps + x) * kProducts * rows + to - first;
  const float outer = upper / 24 + lower / 6;
  const float products[kProducts] = {upper / 4,          -(upper + middle + lower) / 6, (middle - upper - lower) / 6,
                                     outer + middle / 12, outer - middle / 12,          lower};
  for (int i = 0; i < kProducts; ++i) at[i * rows] = products[i];
}

namespace {

// Row y of a plane, zeros outside it.
inline Vector rowOf(const float* plane, const StripSize& size, int y, int x, __mmask16 mask) {
  if (y < 0 || y >= size.height) return zeros();
  return _mm512_maskz_loadu_ps(mask, plane + static_cast<std::size_t>(y) * size.width + x);
}

}  // namespace

void transformInput(const float* plane, const Activation& activation, const StripSize& size, int strip, float* out,
                    std::size_t step) {
  const Vector scale = spread(activation.scale), shift = spread(activation.shift), floor = spread(activation.floor);
  for (int column = 0; column < size.columns; ++column) {
    const int x = column * kLanes;
    const __mmask16 mask = firstLanes(size.width - x);
    Vector rows[kProducts];
    for (int row = 0; row < kProducts; ++row) {
      const int y = strip * kStripRows - 1 + row;
      const __mmask16 inside = y >= 0 && y < size.height ? mask : static_cast<__mmask16>(0);
      const Vector scaled = _mm512_fmadd_ps(rowOf(plane, size, y, x, mask), scale, shift);
      rows[row] = _mm512_maskz_max_ps(inside, floor, scaled);
    }
    Vector products[kProducts];
    transformRows(rows, products);
    float* to = out + 1 + x;
    if (size.halves)
      for (int i = 0; i < kProducts; ++i) _mm256_storeu_ps(to + i * step, _mm512_castps512_ps256(products[i]));
    else
      for (int i = 0; i < kProducts; ++i) store(to + i * step, products[i]);
  }
}

void fetchStrip(const float* planes, std::size_t planeStride, int channels, const StripSize& size, int strip, int share,
                int shares) {
  const int first = strip * kStripRows * size.width;
  const int count = std::min(size.stripsAtOnce() * kStripRows * size.width, size.height * size.width - first);
  for (int c = channels * share / shares; c < channels * (share + 1) / shares; ++c) fetch(planes + c * planeStride + first, count);
}

void transformGradient(const float* plane, const StripSize& size, float* out, std::size_t step) {
  for (int strip = 0; strip < size.strips; ++strip) {
    for (int column = 0; column < size.columns; ++column) {
      const int x = column * kLanes;
      Vector rows[kStripRows];
      for (int row = 0; row < kStripRows; ++row)
        rows[row] = rowOf(plane, size, strip * kStripRows + row, x, firstLanes(size.width - x));
      Vector products[kProducts];
      productsOfRows(rows, products);
      for (int i = 0; i < kProducts; ++i) {
        if (size.halves) _mm256_storeu_ps(out + i * step, _mm512_castps512_ps256(products[i]));
        else store(out + i * step, products[i]);
      }
      out += size.halves ? kLanes / 2 : kLanes;
    }
  }
}

namespace {

constexpr int kLeft = 4;
constexpr int kRight = 2;

template <int L, int R, bool Halves>
void dotStripTile(const float* left, std::size_t leftStride, const float* right, std::size_t rightStride,
                  const StripSize& size, int strips, float* out, std::size_t outRight, std::size_t outTap) {
  constexpr int kSums = (L * R * kTaps + 7) / 8 * 8;
  constexpr int kAtOnce = Halves ? 2 : 1;
  Vector sums[kSums];
  for (int each = 0; each < kSums; ++each) sums[each] = zeros();
  for (int strip = 0; strip < strips; strip += kAtOnce) {
    for (int column = 0; column < size.columns; ++column) {
      Vector others[R * kTaps];
      for (int r = 0; r < R * kTaps; ++r)
        others[r] = loadStrip<Halves>(right + r / kTaps * rightStride + r % kTaps + column * kLanes, size.rowStride);
      for (int l = 0; l < L; ++l) {
        const Vector one = load(left + l * leftStride);
        for (int r = 0; r < R * kTaps; ++r)
          sums[l * R * kTaps + r] = _mm512_fmadd_ps(one, others[r], sums[l * R * kTaps + r]);
      }
      left += kLanes;
    }
    right += kAtOnce * size.rowStride;
  }
  alignas(32) float totals[kSums];
  for (int each = 0; each < kSums; each += 8) _mm256_store_ps(totals + each, sumsOf8(sums + each));
  for (int l = 0; l < L; ++l)
    for (int r = 0; r < R * kTaps; ++r) out[l + r / kTaps * outRight + r % kTaps * outTap] += totals[l * R * kTaps + r];
}

using DotStripTile = void (*)(const float*, std::size_t, const float*, std::size_t, const StripSize&, int, float*,
                              std::size_t, std::size_t);

template <bool Halves, std::size_t... Index>
DotStripTile dotStripTileOf(int left, int right, std::index_sequence<Index...>) {
  static constexpr DotStripTile kTiles[] = {dotStripTile<Index / kRight + 1, Index % kRight + 1, Halves>...};
  return kTiles[(left - 1) * kRight + right - 1];
}

}  // namespace

void dotStrips(const StripRows& left, const StripRows& right, const StripSize& size, int strips, float* sums,
               std::size_t sumsRight, std::size_t sumsTap) {
  using Sizes = std::make_index_sequence<kLeft * kRight>;
  for (int i = 0; i < kProducts; ++i) {
    for (int r = 0; r < right.channels; r += kRight) {
      const int rights = std::min(kRight, right.channels - r);
      for (int l = 0; l < left.channels; l += kLeft) {
        const int lefts = std::min(kLeft, left.channels - l);
        const DotStripTile tile =
            size.halves ? dotStripTileOf<true>(lefts, rights, Sizes{}) : dotStripTileOf<false>(lefts, rights, Sizes{});
        tile(left.rows + i * left.productStride + l * left.channelStride, left.channelStride,
             right.rows + i * right.productStride + r * right.channelStride, right.channelStride, size, strips,
             sums + i * kTaps * sumsTap + l + r * sumsRight, sumsRight, sumsTap);
      }
    }
  }
}

}  // namespace denselab
