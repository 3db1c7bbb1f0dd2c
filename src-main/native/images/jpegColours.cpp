#include "jpegColours.h"

#include <algorithm>

namespace denselab::DENSELAB_LEVEL {

namespace {

// Each pixel by three quarters of its sample and one of the neighbour.
void spreadRow(const uint8_t* samples, int width, uint8_t* result) {
  result[0] = samples[0];
  result[width * 2 - 1] = samples[width - 1];
  for (int column = 0; column + 1 < width; column++) {
    const int here = samples[column];
    const int next = samples[column + 1];
    result[column * 2 + 1] = (here * 3 + next + 2) >> 2;
    result[column * 2 + 2] = (next * 3 + here + 1) >> 2;
  }
}

// The same in both directions; beyond the image its edge goes on.
void spreadBetween(const Samples& channel, int row, uint8_t* result) {
  // Of two rows, three parts of the nearer and one of the farther.
  static std::vector<int32_t> sums;
  const int width = channel.width;
  const int near = row >> 1;
  const int far = std::clamp(near + (row & 1 ? 1 : -1), 0, channel.height - 1);
  if (sums.size() < static_cast<std::size_t>(width)) sums.resize(width);
  const uint8_t* nearRow = channel.samples.data() + near * channel.stride;
  const uint8_t* farRow = channel.samples.data() + far * channel.stride;
  for (int column = 0; column < width; column++) sums[column] = nearRow[column] * 3 + farRow[column];
  result[0] = (sums[0] * 4 + 8) >> 4;
  result[width * 2 - 1] = (sums[width - 1] * 4 + 7) >> 4;
  for (int column = 0; column + 1 < width; column++) {
    const int here = sums[column];
    const int next = sums[column + 1];
    result[column * 2 + 1] = (here * 3 + next + 7) >> 4;
    result[column * 2 + 2] = (next * 3 + here + 8) >> 4;
  }
}

inline uint32_t clamped(int value) { return static_cast<uint32_t>(std::min(std::max(value, 0), 255)); }

// 16 bits behind the point; the halves round.
constexpr int kHalf = 1 << 15;

}  // namespace

const uint8_t* sampleRow(const Samples& channel, int row, std::vector<uint8_t>& spread) {
  if (channel.wide == 1) return channel.samples.data() + row * channel.stride;
  if (spread.size() < static_cast<std::size_t>(channel.width) * 2) spread.resize(static_cast<std::size_t>(channel.width) * 2);
  if (channel.tall == 1) spreadRow(channel.samples.data() + row * channel.stride, channel.width, spread.data());
  else spreadBetween(channel, row, spread.data());
  return spread.data();
}

void writeColours(const uint8_t* luma, const uint8_t* blue, const uint8_t* red, uint8_t* pixels, int width) {
  constexpr int kTogether = 32;
  uint32_t words[kTogether];
  for (int start = 0; start < width; start += kTogether) {
    const int count = std::min(kTogether, width - start);
    for (int index = 0; index < count; index++) {
      const int y = luma[start + index];
      const int cb = blue[start + index] - 128;
      const int cr = red[start + index] - 128;
      const uint32_t r = clamped(y + ((cr * 91881 + kHalf) >> 16));
      const uint32_t g = clamped(y + ((cb * -22554 + cr * -46802 + kHalf) >> 16));
      const uint32_t b = clamped(y + ((cb * 116130 + kHalf) >> 16));
      words[index] = r | g << 8 | b << 16;
    }
    uint8_t* to = pixels + static_cast<std::size_t>(start) * 3;
    for (int index = 0; index < count; index++, to += 3) {
      to[0] = static_cast<uint8_t>(words[index]);
      to[1] = static_cast<uint8_t>(words[index] >> 8);
      to[2] = static_cast<uint8_t>(words[index] >> 16);
    }
  }
}

}  // namespace denselab::DENSELAB_LEVEL
