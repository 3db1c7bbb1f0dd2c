// What the header of an image file says, without decoding; as src-main/datasets/formats/imageHeader.ts, for PNG and JPEG.
#pragma once

#include "image.h"

namespace denselab::DENSELAB_LEVEL {

// Whether the first bytes of a file hold a header that is in order.
bool readHeader(Bytes head, Header& header);

}  // namespace denselab::DENSELAB_LEVEL
