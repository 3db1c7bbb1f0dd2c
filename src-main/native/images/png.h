// Decodes the usual kinds of PNG: 8 bits, not interlaced.
#pragma once

#include "image.h"

namespace denselab::DENSELAB_LEVEL {

// Whether the file is such a PNG and perfectly in order, checksums included. Grey, RGB or either with alpha; a palette becomes
// RGB, with alpha where it has transparent entries.
bool decodePng(Bytes file, Image& image);

}  // namespace denselab::DENSELAB_LEVEL
