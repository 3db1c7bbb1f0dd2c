#include "header.h"

namespace denselab::DENSELAB_LEVEL {

namespace {

// More markers than any camera writes.
constexpr int kMostMarkers = 500;

bool isDepth(int colour, int depth) {
  const bool isUsual = depth == 8 || depth == 16;
  const bool isSmall = depth == 1 || depth == 2 || depth == 4;
  if (colour == 0) return isUsual || isSmall;
  if (colour == 3) return depth == 8 || isSmall;
  return (colour == 2 || colour == 4 || colour == 6) && isUsual;
}

bool checkSize(uint64_t height, uint64_t width, Header& header) {
  if (height == 0 || width == 0 || height > kMostPixels || width > kMostPixels || height * width > kMostPixels) return false;
  header.height = static_cast<int>(height);
  header.width = static_cast<int>(width);
  return true;
}

bool readPng(Bytes head, Header& header) {
  static const uint8_t kBegin[16] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n', 0, 0, 0, 13, 'I', 'H', 'D', 'R'};
  if (head.length < 33 || std::memcmp(head.data, kBegin, 16) != 0) return false;
  const int colour = head.data[25];
  header.kind = Kind::png;
  header.channels = colour == 0 || colour == 4 ? 1 : 3;
  header.orientation = 1;
  return isDepth(colour, head.data[24]) && checkSize(bigEndian32(head.data + 20), bigEndian32(head.data + 16), header);
}

// Tag 0x0112 of the first directory of an EXIF segment (EXIF 2.3, section 4.6); 0 where there is none.
int orientationOf(Bytes segment) {
  if (segment.length < 14 || std::memcmp(segment.data, "Exif\0", 6) != 0) return 0;
  const Bytes tiff{segment.data + 6, segment.length - 6};
  const bool isLittle = tiff.data[0] == 'I' && tiff.data[1] == 'I';
  const auto shortAt = [&](std::size_t at) -> uint32_t {
    if (at + 2 > tiff.length) return 0;
    return isLittle ? tiff.data[at] | tiff.data[at + 1] << 8 : bigEndian16(tiff.data + at);
  };
  const std::size_t directory = isLittle ? shortAt(4) | shortAt(6) << 16 : bigEndian32(tiff.data + 4);
  const uint32_t entries = shortAt(directory);
  for (uint32_t index = 0; index < entries; index++) {
    const std::size_t entry = directory + 2 + index * 12;
    if (entry + 12 > tiff.length) return 0;
    if (shortAt(entry) != 0x0112) continue;
    const uint32_t value = shortAt(entry + 8);
    return value >= 1 && value <= 8 ? static_cast<int>(value) : 0;
  }
  return 0;
}

bool readFrame(uint8_t code, Bytes frame, Header& header) {
  if (code > 0xc2 || frame.length < 6 || frame.data[0] != 8) return false;
  const int components = frame.data[5];
  header.channels = components == 1 ? 1 : 3;
  return (components == 1 || components == 3 || components == 4) &&
         checkSize(bigEndian16(frame.data + 1), bigEndian16(frame.data + 3), header);
}

// Walks the markers up to the frame header (ITU-T T.81, annex B).
bool readJpeg(Bytes head, Header& header) {
  header.kind = Kind::jpeg;
  header.orientation = 1;
  std::size_t position = 2;
  for (int seen = 0; seen < kMostMarkers && position + 4 <= head.length; seen++) {
    const uint8_t code = head.data[position + 1];
    const std::size_t length = bigEndian16(head.data + position + 2);
    if (head.data[position] != 0xff || code < 0xc0 || (code >= 0xd0 && code <= 0xda) || code == 0xff) return false;
    if (length < 2 || length > head.length - position - 2) return false;
    const Bytes segment{head.data + position + 4, length - 2};
    const bool isFrame = code <= 0xcf && code != 0xc4 && code != 0xc8 && code != 0xcc;
    if (isFrame) return readFrame(code, segment, header);
    if (code == 0xe1) {
      const int orientation = orientationOf(segment);
      if (orientation != 0) header.orientation = orientation;
    }
    position += 2 + length;
  }
  return false;
}

}  // namespace

bool readHeader(Bytes head, Header& header) {
  if (head.length < 4) return false;
  const bool isJpeg = head.data[0] == 0xff && head.data[1] == 0xd8 && head.data[2] == 0xff;
  return isJpeg ? readJpeg(head, header) : readPng(head, header);
}

}  // namespace denselab::DENSELAB_LEVEL
