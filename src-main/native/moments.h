// Sums over the batch, gathered image by image and added in the images' order, whatever thread did them.
#pragma once

#include <cmath>
#include <vector>

#include "planes.h"
#include "simd.h"

namespace denselab {

// Two numbers per image and channel.
class PairSums {
 public:
  PairSums(int images, int channels) : images_(images), channels_(channels), pairs_(2u * images * channels) {}
  double* at(int image, int channel) { return pairs_.data() + 2 * (static_cast<std::size_t>(image) * channels_ + channel); }
  int images() const { return images_; }
  int channels() const { return channels_; }

  // Both numbers of a channel, added up.
  void total(int channel, double& first, double& second) {
    first = second = 0;
    for (int image = 0; image < images_; ++image) {
      first += at(image, channel)[0];
      second += at(image, channel)[1];
    }
  }

 private:
  int images_;
  int channels_;
  std::vector<double> pairs_;
};

// Mean of one plane, and the sum of squared distances from it.
inline void measurePlane(const float* plane, const PlaneSize& size, double* pair) {
  Vector sum = zeros();
  for (int p = 0; p < size.span; p += kLanes) sum = _mm512_add_ps(sum, load(plane + p));
  const float mean = _mm512_reduce_add_ps(sum) / static_cast<float>(size.pixels);
  const Vector centre = spread(mean);
  Vector squares = zeros();
  Vector rest = zeros();
  for (int p = 0; p < size.span; p += kLanes) {
    const Vector distance = _mm512_maskz_sub_ps(firstLanes(size.pixels - p), load(plane + p), centre);
    squares = _mm512_fmadd_ps(distance, distance, squares);
    rest = _mm512_add_ps(rest, distance);
  }
  // The rounded mean is put right by what is left over.
  const double left = _mm512_reduce_add_ps(rest);
  pair[0] = mean + left / size.pixels;
  pair[1] = _mm512_reduce_add_ps(squares) - left * left / size.pixels;
}

// Mean and sum of squared distances over all images (Chan, Golub and LeVeque 1983).
inline void combineMoments(PairSums& sums, int channel, int pixels, double& mean, double& squares) {
  mean = 0;
  for (int image = 0; image < sums.images(); ++image) mean += sums.at(image, channel)[0];
  mean /= sums.images();
  squares = 0;
  for (int image = 0; image < sums.images(); ++image) {
    const double apart = sums.at(image, channel)[0] - mean;
    squares += sums.at(image, channel)[1] + pixels * apart * apart;
  }
}

}  // namespace denselab
