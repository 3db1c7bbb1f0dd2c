// The inverse cosine transform of JPEG blocks, whole or at a half, a quarter or an eighth of their size, in the integer arithmetic
// of libjpeg (jidctint.c and jidctred.c, after Loeffler, Ligtenberg and Moschytz, 1989): the same values, bit by bit.
#pragma once

#include "image.h"

namespace denselab::DENSELAB_LEVEL {

// Writes edge x edge samples, 0 to 255, edge being 1, 2, 4 or 8. `block` has 64 coefficients in natural order, times their
// quantisation steps; `isFlat` says that all but the first are 0. False for values far beyond those of any picture: there libjpeg's
// ways for different processors differ.
bool transformBlock(const int32_t* block, bool isFlat, int edge, uint8_t* to, std::size_t stride);

}  // namespace denselab::DENSELAB_LEVEL
