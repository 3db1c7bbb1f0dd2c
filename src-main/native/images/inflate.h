// Unpacks what zlib packs (RFC 1950 and 1951).
#pragma once

#include "image.h"

namespace denselab::DENSELAB_LEVEL {

// Whether the stream is in order to its last byte and unpacks to exactly so many bytes.
bool inflateExactly(Bytes packed, uint8_t* to, std::size_t length);

}  // namespace denselab::DENSELAB_LEVEL
