// The same functions twice: for every processor, and on x86 for those with AVX2. No sum depends on which one runs.
#pragma once

#include "types.h"

namespace denselab {

namespace baseline {
bool readHeader(Bytes head, Header& header);
bool convertFile(Bytes file, const Request& request, uint8_t* pixels);
}  // namespace baseline

namespace wide {
bool readHeader(Bytes head, Header& header);
bool convertFile(Bytes file, const Request& request, uint8_t* pixels);
}  // namespace wide

}  // namespace denselab
