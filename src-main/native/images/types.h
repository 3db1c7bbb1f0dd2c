// What the module and both levels of the code that makes pixels say to each other.
#pragma once

#include <cstddef>
#include <cstdint>

namespace denselab {

// Bytes that belong to somebody else.
struct Bytes {
  const uint8_t* data = nullptr;
  std::size_t length = 0;
};

enum class Kind { png = 0, jpeg = 1 };

enum class Fit { crop = 0, pad = 1, stretch = 2 };

// What the header of a file says.
struct Header {
  Kind kind;
  int height;
  int width;
  // 1 only for images that are stored as grey.
  int channels;
  // EXIF orientation, 1 to 8.
  int orientation;
};

// What is wanted of a file.
struct Request {
  Kind kind;
  int orientation;
  int height;
  int width;
  // 1 or 3.
  int channels;
  Fit fit;
  // One value for each channel that is wanted.
  uint8_t background[3];
};

}  // namespace denselab
