#include "convert.h"

#include <algorithm>

#include "jpeg.h"
#include "png.h"

namespace denselab::DENSELAB_LEVEL {

namespace {

Image decoded;
Image flat;
Image scaled;
Image upright;
Image fitted;

// ITU-R BT.601, rounded to the nearest value.
inline uint8_t lumaOf(int red, int green, int blue) { return (red * 299 + green * 587 + blue * 114 + 500) / 1000; }

// The smallest decoding that still leaves twice the wanted size to the antialiasing filter.
int ratioFor(const PlainJpeg& jpeg, const Request& request) {
  const int shorter = std::min(jpeg.height, jpeg.width);
  const int edge = std::max(request.height, request.width);
  for (const int ratio : {8, 4, 2}) {
    if (shorter >= 2 * edge * ratio) return ratio;
  }
  return 1;
}

bool decode(Bytes file, const Request& request) {
  if (request.kind == Kind::png) return decodePng(file, decoded);
  PlainJpeg jpeg;
  return readPlainJpeg(file, jpeg) && decodeJpeg(file, jpeg, ratioFor(jpeg, request), decoded);
}

// Lays an image with alpha over the background; any other is returned as it is.
const Image& flatten(const Image& image, const Request& request) {
  if (image.channels == 1 || image.channels == 3) return image;
  const int alphaAt = image.channels - 1;
  // Grey over a coloured background becomes colour.
  const int channels = request.channels == 3 ? 3 : alphaAt;
  flat.shape(image.height, image.width, channels);
  const uint8_t* from = image.pixels.data();
  uint8_t* to = flat.pixels.data();
  const std::size_t pixels = static_cast<std::size_t>(image.height) * image.width;
  for (std::size_t pixel = 0; pixel < pixels; pixel++, from += image.channels) {
    const int alpha = from[alphaAt];
    for (int channel = 0; channel < channels; channel++) {
      const int value = from[alphaAt == 1 ? 0 : channel];
      const int below = request.background[request.channels == 1 ? 0 : channel];
      *to++ = (2 * (value * alpha + below * (255 - alpha)) + 255) / 510;
    }
  }
  return flat;
}

// Where the pixel at (row, column) of the upright image is stored (EXIF 2.3, tag 0x0112), as an index.
inline std::size_t sourceOf(const Image& image, int orientation, int row, int column) {
  const int bottom = image.height - 1;
  const int right = image.width - 1;
  int y = row;
  int x = column;
  if (orientation == 2) x = right - column;
  else if (orientation == 3) y = bottom - row, x = right - column;
  else if (orientation == 4) y = bottom - row;
  else if (orientation == 5) y = column, x = row;
  else if (orientation == 6) y = bottom - column, x = row;
  else if (orientation == 7) y = bottom - column, x = right - row;
  else if (orientation == 8) y = column, x = right - row;
  return static_cast<std::size_t>(y) * image.width + x;
}

const Image& makeUpright(const Image& image, int orientation) {
  if (orientation == 1) return image;
  const bool swaps = orientation >= 5;
  upright.shape(swaps ? image.width : image.height, swaps ? image.height : image.width, image.channels);
  uint8_t* to = upright.pixels.data();
  for (int row = 0; row < upright.height; row++) {
    for (int column = 0; column < upright.width; column++, to += image.channels) {
      std::memcpy(to, image.pixels.data() + sourceOf(image, orientation, row, column) * image.channels, image.channels);
    }
  }
  return upright;
}

// The background in the channels of the image that is padded.
void fillOf(int channels, const Request& request, uint8_t* fill) {
  const uint8_t* given = request.background;
  for (int channel = 0; channel < 3; channel++) fill[channel] = given[request.channels == 1 ? 0 : channel];
  if (channels == 1 && request.channels == 3) fill[0] = lumaOf(given[0], given[1], given[2]);
}

// Grey by luma, colour by repeating grey.
void changeChannels(const Image& image, int channels, uint8_t* to) {
  const std::size_t pixels = static_cast<std::size_t>(image.height) * image.width;
  const uint8_t* from = image.pixels.data();
  if (image.channels == channels) std::memcpy(to, from, pixels * channels);
  else if (channels == 3) {
    for (std::size_t pixel = 0; pixel < pixels; pixel++) to[pixel * 3] = to[pixel * 3 + 1] = to[pixel * 3 + 2] = from[pixel];
  } else {
    for (std::size_t pixel = 0; pixel < pixels; pixel++) to[pixel] = lumaOf(from[pixel * 3], from[pixel * 3 + 1], from[pixel * 3 + 2]);
  }
}

}  // namespace

bool convertFile(Bytes file, const Request& request, uint8_t* pixels) {
  if (!decode(file, request)) return false;
  const Image& image = flatten(decoded, request);
  const bool swaps = request.orientation >= 5;
  const int height = swaps ? request.width : request.height;
  const int width = swaps ? request.height : request.width;
  // Scaled as it lies, turned when it is small, and only then filled up: a turn moves nothing by half a pixel.
  const bool isScaled = request.fit == Fit::pad ? scaleInside(image, height, width, scaled)
                                                : fitImage(image, height, width, request.fit, nullptr, scaled);
  const Image& turned = makeUpright(isScaled ? scaled : image, request.orientation);
  uint8_t fill[3];
  fillOf(turned.channels, request, fill);
  const bool isFilled = fitImage(turned, request.height, request.width, request.fit, fill, fitted);
  changeChannels(isFilled ? fitted : turned, request.channels, pixels);
  letGo(decoded.pixels);
  letGo(flat.pixels);
  return true;
}

}  // namespace denselab::DENSELAB_LEVEL
