// Decodes the common kind of JPEG, sequential with one scan, while every code of every block is followed. The pixels are those of
// libjpeg, bit by bit (accurate transform, smooth upsampling), at full size or a fraction of it.
#pragma once

#include "jpegHeader.h"

namespace denselab::DENSELAB_LEVEL {

// Decodes at 1 / ratio of the size, rounded up; grey or RGB; ratio 1, 2, 4 or 8. Whether the file is perfectly in order.
bool decodeJpeg(Bytes file, const PlainJpeg& jpeg, int ratio, Image& image);

}  // namespace denselab::DENSELAB_LEVEL
