// What comes before the pixels of a plain JPEG: frame, tables and the header of its only scan (ITU-T T.81, annex B).
#pragma once

#include "image.h"

namespace denselab::DENSELAB_LEVEL {

// Bits of the codes that are found in one step, and of codes and their values that are found together.
constexpr int kLookupBits = 10;
constexpr int kQuickBits = 12;

// Codes of up to 16 bits (annex C and figure F.16).
struct HuffmanTable {
  // By the next kLookupBits bits: length << 8 | symbol, or 0 for a longer code.
  uint16_t direct[1 << kLookupBits];
  // Largest code of each length, -1 where there is none; what to add to a code of each length to find its symbol.
  int32_t largest[17];
  int32_t offsets[17];
  uint8_t symbols[256];
  // By the next kQuickBits bits: value << 16 | zeros before it << 8 | bits of code and value, where they are all there; else 0.
  int32_t quick[1 << kQuickBits];
};

// A channel as the scan codes it.
struct JpegComponent {
  int horizontal;
  int vertical;
  // Steps of the 64 coefficients, in zigzag order.
  const uint16_t* steps;
  const HuffmanTable* dc;
  const HuffmanTable* ac;
};

// A sequential JPEG of 8 bits, grey or YCbCr, whose channels come together in one scan. Valid until the next one is read.
struct PlainJpeg {
  int height;
  int width;
  int channels;
  JpegComponent components[3];
  // Units between restart markers, 0 for none.
  int restartInterval;
  // Where the codes begin.
  std::size_t start;
};

// F.2.2.1: the lower half of the values of a size are negative.
inline int32_t extended(uint32_t value, int size) {
  const int32_t signedValue = static_cast<int32_t>(value);
  return signedValue < (1 << (size - 1)) ? signedValue - (1 << size) + 1 : signedValue;
}

bool readPlainJpeg(Bytes file, PlainJpeg& jpeg);

}  // namespace denselab::DENSELAB_LEVEL
