// The inner loops of convolutions by strips: transforms of whole vectors, and products with sums in registers.
#pragma once

#include "strips.h"

namespace denselab {

// Six rows of pixels, from the one above the strip to the one below it.
inline void transformRows(const Vector* rows, Vector* out) {
  const Vector four = spread(4), five = spread(5), two = spread(2);
  out[0] = _mm512_fmadd_ps(four, rows[0], _mm512_fnmadd_ps(five, rows[2], rows[4]));
  const Vector even = _mm512_fnmadd_ps(four, rows[2], rows[4]);
  const Vector odd = _mm512_fnmadd_ps(four, rows[1], rows[3]);
  out[1] = _mm512_add_ps(even, odd);
  out[2] = _mm512_sub_ps(even, odd);
  const Vector outer = _mm512_sub_ps(rows[4], rows[2]);
  const Vector inner = _mm512_sub_ps(rows[3], rows[1]);
  out[3] = _mm512_fmadd_ps(two, inner, outer);
  out[4] = _mm512_fnmadd_ps(two, inner, outer);
  out[5] = _mm512_fmadd_ps(four, rows[1], _mm512_fnmadd_ps(five, rows[3], rows[5]));
}

// The four rows of a strip, from its six products.
inline void rowsOfProducts(const Vector* products, Vector* rows) {
  const Vector near = _mm512_add_ps(products[1], products[2]);
  const Vector nearApart = _mm512_sub_ps(products[1], products[2]);
  const Vector far = _mm512_add_ps(products[3], products[4]);
  const Vector farApart = _mm512_sub_ps(products[3], products[4]);
  rows[0] = _mm512_add_ps(_mm512_add_ps(products[0], near), far);
  rows[1] = _mm512_fmadd_ps(spread(2), farApart, nearApart);
  rows[2] = _mm512_fmadd_ps(spread(4), far, near);
  rows[3] = _mm512_add_ps(_mm512_fmadd_ps(spread(8), farApart, nearApart), products[5]);
}

// The transpose of rowsOfProducts.
inline void productsOfRows(const Vector* rows, Vector* products) {
  const Vector even = _mm512_add_ps(rows[0], rows[2]);
  const Vector odd = _mm512_add_ps(rows[1], rows[3]);
  const Vector farEven = _mm512_fmadd_ps(spread(4), rows[2], rows[0]);
  const Vector farOdd = _mm512_mul_ps(spread(2), _mm512_fmadd_ps(spread(4), rows[3], rows[1]));
  products[0] = rows[0];
  products[1] = _mm512_add_ps(even, odd);
  products[2] = _mm512_sub_ps(even, odd);
  products[3] = _mm512_add_ps(farEven, farOdd);
  products[4] = _mm512_sub_ps(farEven, farOdd);
  products[5] = rows[3];
}

// Sixteen pixels, or eight of one strip and eight of the next, `apart` floats further.
template <bool Halves>
Vector loadStrip(const float* from, std::size_t apart) {
  if constexpr (!Halves) return load(from);
  return _mm512_insertf32x8(_mm512_castps256_ps512(_mm256_loadu_ps(from)), _mm256_loadu_ps(from + apart), 1);
}

// Four rows of R outputs: take(output, rows). `in` is rows of transformInput by channel and product.
template <int R, bool Halves, class Take>
void stripTile(const float* weights, const float* in, int channels, int rowStride, std::size_t apart, Take take) {
  Vector sums[R][kProducts];
  for (int r = 0; r < R; ++r)
    for (int i = 0; i < kProducts; ++i) sums[r][i] = zeros();
  for (int channel = 0; channel < channels; ++channel) {
    for (int tap = 0; tap < kTaps; ++tap) {
      for (int i = 0; i < kProducts; ++i) {
        const Vector pixels = loadStrip<Halves>(in + i * rowStride + tap, apart);
        for (int r = 0; r < R; ++r) sums[r][i] = _mm512_fmadd_ps(spread(weights[i * R + r]), pixels, sums[r][i]);
      }
      weights += kProducts * R;
    }
    in += kProducts * rowStride;
  }
  for (int r = 0; r < R; ++r) {
    Vector rows[kStripRows];
    rowsOfProducts(sums[r], rows);
    take(r, rows);
  }
}

// The outputs of one strip, or two at once where vectors hold two, from `in`: [strip][channel][product] rows of
// transformInput. Calls take(output, y, x, count, mask, rows) for sixteen columns of the rows from y on, four or fewer, and
// ahead(share, shares) before each share of the work, to fetch what the next strip needs.
template <class Take, class Ahead>
void convolveStrip(const StripWeights& weights, const float* in, const StripSize& size, int strip, Take take, Ahead ahead) {
  const std::size_t apart = static_cast<std::size_t>(weights.channels()) * kProducts * size.rowStride;
  const auto give = [&](int output, int y, int x, const Vector* rows) {
    const int count = std::min(kStripRows, size.height - y);
    if (count > 0) take(output, y, x, count, firstLanes(size.width - x), rows);
  };
  const auto tiles = [&](auto rows, auto halves, int first) {
    constexpr int R = decltype(rows)::value;
    constexpr bool Halves = decltype(halves)::value;
    for (int x = 0; x < size.columns * kLanes; x += kLanes) {
      stripTile<R, Halves>(weights.block(first), in + x, weights.channels(), size.rowStride, apart, [&](int r, Vector* pixels) {
        give(first + r, strip * kStripRows, x, pixels);
        if constexpr (Halves) {
          for (int row = 0; row < kStripRows; ++row) pixels[row] = _mm512_shuffle_f32x4(pixels[row], pixels[row], 0xee);
          give(first + r, (strip + 1) * kStripRows, x, pixels);
        }
      });
    }
  };
  const int shares = (weights.outputs() + kStripTileRows - 1) / kStripTileRows;
  for (int first = 0; first < weights.outputs(); first += kStripTileRows) {
    ahead(first / kStripTileRows, shares);
    const auto with = [&](auto rows) {
      if (size.halves) tiles(rows, std::true_type{}, first);
      else tiles(rows, std::false_type{}, first);
    };
    switch (std::min(kStripTileRows, weights.outputs() - first)) {
      case 1: with(std::integral_constant<int, 1>{}); break;
      case 2: with(std::integral_constant<int, 2>{}); break;
      case 3: with(std::integral_constant<int, 3>{}); break;
      default: with(std::integral_constant<int, 4>{});
    }
  }
}

}  // namespace denselab
