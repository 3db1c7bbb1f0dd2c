// The checksums of PNG (ISO 3309) and zlib (RFC 1950).
#pragma once

#include "image.h"

namespace denselab::DENSELAB_LEVEL {

uint32_t crc32(Bytes bytes);

uint32_t adler32(Bytes bytes);

}  // namespace denselab::DENSELAB_LEVEL
