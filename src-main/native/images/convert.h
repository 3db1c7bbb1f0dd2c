// From the bytes of a file to the pixels that are stored, as src-main/decoder/decodeFile.ts does it for every kind of file.
#pragma once

#include "resample.h"

namespace denselab::DENSELAB_LEVEL {

// Writes height x width x channels; false for a file that is not common or not perfectly in order.
bool convertFile(Bytes file, const Request& request, uint8_t* pixels);

}  // namespace denselab::DENSELAB_LEVEL
