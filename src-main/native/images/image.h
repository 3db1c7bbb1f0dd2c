// What the parts of the image addon share. Everything here declines (returns false) what is not common or not perfectly in order:
// the caller then takes the way that judges a file and gives its reasons.
#pragma once

#include <cstring>
#include <vector>

#include "types.h"

// The code that makes pixels is compiled once for every processor and once for newer ones.
#ifndef DENSELAB_LEVEL
#define DENSELAB_LEVEL baseline
#endif

namespace denselab::DENSELAB_LEVEL {

// Largest image that is decoded, in pixels; as src-main/datasets/formats/imageHeader.ts.
constexpr uint64_t kMostPixels = 64ull * 1024 * 1024;

// uint8 height x width x channels.
struct Image {
  int height = 0;
  int width = 0;
  int channels = 0;
  std::vector<uint8_t> pixels;

  void shape(int rows, int columns, int depth) {
    height = rows;
    width = columns;
    channels = depth;
    pixels.resize(static_cast<std::size_t>(rows) * columns * depth);
  }
};

// Memory is kept from image to image, but not that of an unusually large one.
template <class Value>
void letGo(std::vector<Value>& memory) {
  if (memory.capacity() * sizeof(Value) > (std::size_t{16} << 20)) std::vector<Value>().swap(memory);
}

inline uint32_t bigEndian16(const uint8_t* at) { return static_cast<uint32_t>(at[0]) << 8 | at[1]; }

inline uint32_t bigEndian32(const uint8_t* at) { return bigEndian16(at) << 16 | bigEndian16(at + 2); }

// The eight bytes at a place, the first one highest.
inline uint64_t highFirst64(const uint8_t* at) {
  uint64_t word;
  std::memcpy(&word, at, 8);
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
  word = __builtin_bswap64(word);
#endif
  return word;
}

// The same, the first one lowest.
inline uint64_t lowFirst64(const uint8_t* at) {
  uint64_t word;
  std::memcpy(&word, at, 8);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
  word = __builtin_bswap64(word);
#endif
  return word;
}

}  // namespace denselab::DENSELAB_LEVEL
