// Changes the size of images with an antialiasing triangle filter: the sums of src-main/datasets/resample.ts, in the same order.
#pragma once

#include "image.h"

namespace denselab::DENSELAB_LEVEL {

// Scales, and cuts or fills up, into `result`; false, without a result, where the image already has the size. `fill` has one value
// for each channel of the image, beside padded ones.
bool fitImage(const Image& image, int height, int width, Fit fit, const uint8_t* fill, Image& result);

// Scales until the longer side fits, without filling up the rest; false where it does already.
bool scaleInside(const Image& image, int height, int width, Image& result);

}  // namespace denselab::DENSELAB_LEVEL
