#include "resample.h"

#include <algorithm>
#include <cmath>
#include <memory>

namespace denselab::DENSELAB_LEVEL {

namespace {

// Which source positions make one output position, and how much each.
struct Taps {
  int first;
  int count;
  // Where its weights begin.
  std::size_t start;
};

struct Filter {
  int source;
  int target;
  double factor;
  std::vector<Taps> taps;
  std::vector<double> weights;
};

// Filters of recent shapes: the images of a dataset share few.
constexpr std::size_t kMostKnown = 64;
std::vector<std::unique_ptr<Filter>> known;

std::unique_ptr<Filter> makeFilter(int source, int target, double factor) {
  auto filter = std::make_unique<Filter>(Filter{source, target, factor, {}, {}});
  const double support = std::max(1.0, factor);
  const double start = (source - target * factor) / 2;
  for (int position = 0; position < target; position++) {
    const double centre = start + (position + 0.5) * factor;
    int first = static_cast<int>(std::max(0.0, std::floor(centre - support)));
    int last = static_cast<int>(std::min(source - 1.0, std::ceil(centre + support)));
    const auto weightOf = [&](int index) { return std::max(0.0, 1 - std::abs(index + 0.5 - centre) / support); };
    while (first < last && weightOf(first) == 0) first++;
    while (last > first && weightOf(last) == 0) last--;
    double sum = 0;
    for (int index = first; index <= last; index++) sum += weightOf(index);
    filter->taps.push_back({first, last - first + 1, filter->weights.size()});
    for (int index = first; index <= last; index++) filter->weights.push_back(weightOf(index) / sum);
  }
  return filter;
}

// Triangle filter as wide as two output pixels when scaling down and two source pixels when scaling up, centred; `factor` is
// source pixels per output pixel.
const Filter& filterOf(int source, int target, double factor) {
  for (const auto& one : known) {
    if (one->source == source && one->target == target && one->factor == factor) return *one;
  }
  known.push_back(makeFilter(source, target, factor));
  return *known.back();
}

// Sums of one output row over its source rows, not rounded: values from `begin` of a source row on.
void combineRows(const Image& image, const Taps& taps, const double* weights, std::size_t begin, std::size_t length, double* sums) {
  const std::size_t stride = static_cast<std::size_t>(image.width) * image.channels;
  const uint8_t* from = image.pixels.data() + taps.first * stride + begin;
  std::fill_n(sums, length, 0.0);
  for (int tap = 0; tap < taps.count; tap++, from += stride) {
    const double weight = weights[tap];
    for (std::size_t at = 0; at < length; at++) sums[at] += weight * from[at];
  }
}

typedef double Doubles __attribute__((vector_size(32)));
typedef int32_t Integers __attribute__((vector_size(16)));

// One output row of colours from its sums, rounded to the nearest value; behind the sums lies one more number.
void combineColours(const double* sums, const Filter& columns, int start, uint8_t* to) {
  for (const Taps& taps : columns.taps) {
    const double* weights = columns.weights.data() + taps.start;
    const double* from = sums + static_cast<std::size_t>(taps.first - start) * 3;
    Doubles held{};
    for (int tap = 0; tap < taps.count; tap++, from += 3) {
      Doubles values;
      std::memcpy(&values, from, sizeof values);
      held += values * weights[tap];
    }
    const Integers whole = __builtin_convertvector(held + 0.5, Integers);
    for (int channel = 0; channel < 3; channel++) *to++ = static_cast<uint8_t>(std::min(255, whole[channel]));
  }
}

// The same of grey.
void combineGrey(const double* sums, const Filter& columns, int start, uint8_t* to) {
  for (const Taps& taps : columns.taps) {
    const double* weights = columns.weights.data() + taps.start;
    const double* from = sums + (taps.first - start);
    double held = 0;
    for (int tap = 0; tap < taps.count; tap++) held += weights[tap] * from[tap];
    *to++ = static_cast<uint8_t>(std::min(255, static_cast<int>(held + 0.5)));
  }
}

// The middle height x width of the image, at so many source pixels per output pixel.
void scale(const Image& image, int height, int width, double rowScale, double columnScale, Image& result) {
  static std::vector<double> sums;
  // Only between images: both filters must stay.
  if (known.size() + 2 > kMostKnown) known.clear();
  const Filter& rows = filterOf(image.height, height, rowScale);
  const Filter& columns = filterOf(image.width, width, columnScale);
  int start = image.width;
  int end = 0;
  for (const Taps& taps : columns.taps) {
    start = std::min(start, taps.first);
    end = std::max(end, taps.first + taps.count);
  }
  const int channels = image.channels;
  const std::size_t length = static_cast<std::size_t>(end - start) * channels;
  sums.resize(length + 1);
  result.shape(height, width, channels);
  for (int row = 0; row < height; row++) {
    const Taps& taps = rows.taps[row];
    combineRows(image, taps, rows.weights.data() + taps.start, static_cast<std::size_t>(start) * channels, length, sums.data());
    uint8_t* to = result.pixels.data() + static_cast<std::size_t>(row) * width * channels;
    if (channels == 1) combineGrey(sums.data(), columns, start, to);
    else combineColours(sums.data(), columns, start, to);
  }
}

// Puts the image into the middle of a larger one.
void surround(const Image& image, int height, int width, const uint8_t* fill, Image& result) {
  const int channels = image.channels;
  result.shape(height, width, channels);
  for (std::size_t at = 0; at < result.pixels.size(); at++) result.pixels[at] = fill[at % channels];
  const std::size_t top = (height - image.height) / 2;
  const std::size_t left = (width - image.width) / 2;
  const std::size_t stride = static_cast<std::size_t>(image.width) * channels;
  for (int row = 0; row < image.height; row++) {
    std::memcpy(result.pixels.data() + ((top + row) * width + left) * channels, image.pixels.data() + row * stride, stride);
  }
}

// As JavaScript rounds.
inline double nearest(double value) {
  const double below = std::floor(value);
  return value - below >= 0.5 ? below + 1 : below;
}

}  // namespace

bool scaleInside(const Image& image, int height, int width, Image& result) {
  const double rows = static_cast<double>(image.height);
  const double columns = static_cast<double>(image.width);
  const double factor = std::max(rows / height, columns / width);
  const int innerHeight = static_cast<int>(std::min<double>(height, std::max(1.0, nearest(rows / factor))));
  const int innerWidth = static_cast<int>(std::min<double>(width, std::max(1.0, nearest(columns / factor))));
  return fitImage(image, innerHeight, innerWidth, Fit::stretch, nullptr, result);
}

bool fitImage(const Image& image, int height, int width, Fit fit, const uint8_t* fill, Image& result) {
  if (image.height == height && image.width == width) return false;
  const double rows = static_cast<double>(image.height) / height;
  const double columns = static_cast<double>(image.width) / width;
  if (fit == Fit::pad) {
    static Image inner;
    surround(scaleInside(image, height, width, inner) ? inner : image, height, width, fill, result);
  } else if (fit == Fit::crop) {
    scale(image, height, width, std::min(rows, columns), std::min(rows, columns), result);
  } else {
    scale(image, height, width, rows, columns, result);
  }
  return true;
}

}  // namespace denselab::DENSELAB_LEVEL
