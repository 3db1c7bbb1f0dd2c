// From the samples of a JPEG to its pixels: smooth upsampling and YCbCr to RGB, as libjpeg's jdsample.c and jdcolor.c.
#pragma once

#include "image.h"

namespace denselab::DENSELAB_LEVEL {

// Samples of a channel of which each makes `tall` x `wide` pixels.
struct Samples {
  std::vector<uint8_t> samples;
  std::size_t stride = 0;
  int height = 0;
  int width = 0;
  int tall = 1;
  int wide = 1;
};

// One row of pixels of a channel: its samples themselves, or `spread`, which grows to what it needs.
const uint8_t* sampleRow(const Samples& channel, int row, std::vector<uint8_t>& spread);

// Writes `width` RGB pixels (ITU-R BT.601, full range, as JFIF says).
void writeColours(const uint8_t* luma, const uint8_t* blue, const uint8_t* red, uint8_t* pixels, int width);

}  // namespace denselab::DENSELAB_LEVEL
