#include "png.h"

#include <algorithm>

#include "checksums.h"
#include "inflate.h"

namespace denselab::DENSELAB_LEVEL {

namespace {

constexpr uint8_t kSignature[8] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
// Length, type and checksum of a chunk.
constexpr std::size_t kOverhead = 12;

constexpr uint32_t typeOf(const char (&name)[5]) {
  return static_cast<uint32_t>(name[0]) << 24 | static_cast<uint32_t>(name[1]) << 16 | static_cast<uint32_t>(name[2]) << 8 |
         static_cast<uint32_t>(name[3]);
}

// The parts of a file that make its pixels.
struct Parts {
  int height = 0;
  int width = 0;
  // Channels as they are packed; 1 for a palette.
  int packed = 0;
  bool hasPalette = false;
  Bytes palette;
  Bytes transparency;
  // The packed pixels: in the file itself, or gathered from several chunks.
  Bytes data;
  bool isGathered = false;
};

std::vector<uint8_t> gathered;
std::vector<uint8_t> unpacked;

bool readHeader(Bytes chunk, Parts& parts) {
  if (chunk.length != 13) return false;
  const uint32_t width = bigEndian32(chunk.data);
  const uint32_t height = bigEndian32(chunk.data + 4);
  const uint8_t colour = chunk.data[9];
  if (width == 0 || height == 0 || static_cast<uint64_t>(width) * height > kMostPixels) return false;
  if (chunk.data[8] != 8 || chunk.data[10] != 0 || chunk.data[11] != 0 || chunk.data[12] != 0) return false;
  if (colour > 6 || colour == 1 || colour == 5) return false;
  static const int kChannels[7] = {1, 0, 3, 1, 2, 0, 4};
  parts.width = static_cast<int>(width);
  parts.height = static_cast<int>(height);
  parts.packed = kChannels[colour];
  parts.hasPalette = colour == 3;
  return true;
}

// What follows the first piece of the packed pixels without a gap.
void addData(Bytes chunk, Parts& parts) {
  if (parts.data.data == nullptr) {
    parts.data = chunk;
    return;
  }
  if (!parts.isGathered) {
    gathered.assign(parts.data.data, parts.data.data + parts.data.length);
    parts.isGathered = true;
  }
  gathered.insert(gathered.end(), chunk.data, chunk.data + chunk.length);
  parts.data = {gathered.data(), gathered.size()};
}

// A chunk that changes no pixel, and how long it is; 0 for a text, which is as long as it likes.
struct Harmless {
  uint32_t type;
  std::size_t length;
  // Whether it stands before a palette or the pixels, or may follow them.
  bool isEarly;
};

constexpr Harmless kHarmless[] = {
    {typeOf("gAMA"), 4, true}, {typeOf("sRGB"), 1, true},  {typeOf("cHRM"), 32, true},
    {typeOf("pHYs"), 9, true}, {typeOf("tIME"), 7, false}, {typeOf("tEXt"), 0, false},
};

// A keyword of 1 to 79 bytes, a zero, and the text.
bool isText(Bytes chunk) {
  const auto* end = static_cast<const uint8_t*>(std::memchr(chunk.data, 0, std::min<std::size_t>(chunk.length, 80)));
  return end != nullptr && end > chunk.data;
}

// Whether a chunk may stand here without changing anything: once, of its usual form. `seen` has a bit for each kind.
bool isHarmless(uint32_t type, Bytes chunk, const Parts& parts, uint32_t& seen) {
  if (type == typeOf("bKGD")) {
    const std::size_t usual = parts.hasPalette ? 1 : parts.packed < 3 ? 2 : 6;
    return chunk.length == usual && parts.data.data == nullptr && (!parts.hasPalette || parts.palette.data != nullptr);
  }
  uint32_t bit = 1;
  for (const auto& [known, length, isEarly] : kHarmless) {
    if (known == type) {
      if (isEarly && (parts.palette.data != nullptr || parts.data.data != nullptr)) return false;
      if (length == 0) return isText(chunk);
      if (chunk.length != length || (seen & bit)) return false;
      seen |= bit;
      return type != typeOf("sRGB") || chunk.data[0] < 4;
    }
    bit <<= 1;
  }
  return false;
}

// All chunks in their order, each with its checksum.
bool readChunks(Bytes file, Parts& parts) {
  if (file.length < 8 || std::memcmp(file.data, kSignature, 8) != 0) return false;
  uint32_t before = 0;
  uint32_t seen = 0;
  for (std::size_t at = 8; at + kOverhead <= file.length;) {
    const std::size_t length = bigEndian32(file.data + at);
    if (length > file.length - at - kOverhead) return false;
    const uint32_t type = bigEndian32(file.data + at + 4);
    const Bytes chunk{file.data + at + 8, length};
    if (crc32({file.data + at + 4, length + 4}) != bigEndian32(chunk.data + length)) return false;
    at += kOverhead + length;
    const bool hasData = parts.data.data != nullptr;
    if (before == 0 ? type != typeOf("IHDR") || !readHeader(chunk, parts) : type == typeOf("IHDR")) return false;
    if (type == typeOf("IEND")) return length == 0 && hasData;
    if (type == typeOf("IDAT")) {
      if (hasData && before != typeOf("IDAT")) return false;
      addData(chunk, parts);
    } else if (type == typeOf("PLTE") && parts.hasPalette && parts.palette.data == nullptr && !hasData) {
      if (length == 0 || length > 768 || length % 3 != 0) return false;
      parts.palette = chunk;
    } else if (type == typeOf("tRNS") && parts.palette.data != nullptr && parts.transparency.data == nullptr && !hasData) {
      if (length == 0 || length > parts.palette.length / 3) return false;
      parts.transparency = chunk;
    } else if (before != 0 && !isHarmless(type, chunk, parts, seen)) {
      return false;
    }
    before = type;
  }
  return false;
}

// The channels of one pixel beside each other, wide enough for sums.
typedef int16_t Lanes __attribute__((vector_size(16)));
typedef uint8_t Octets __attribute__((vector_size(8)));

template <int kChannels>
inline Lanes pixelAt(const uint8_t* from) {
  // Put together in a register: memory that is written in pieces and read as a whole makes the processor wait.
  uint64_t word = from[0];
  for (int channel = 1; channel < kChannels; channel++) word |= static_cast<uint64_t>(from[channel]) << (8 * channel);
  Octets octets;
  std::memcpy(&octets, &word, 8);
  return __builtin_convertvector(octets, Lanes);
}

template <int kChannels>
inline void writePixel(Lanes pixel, uint8_t* to) {
  for (int channel = 0; channel < kChannels; channel++) to[channel] = static_cast<uint8_t>(pixel[channel]);
}

inline Lanes distance(Lanes value) { return value < 0 ? -value : value; }

// Each pixel and the neighbour that a sum of three comes nearest to.
template <int kChannels>
void unfilterNearest(const uint8_t* from, const uint8_t* above, uint8_t* row, std::size_t length) {
  Lanes left{};
  Lanes corner{};
  for (std::size_t at = 0; at < length; at += kChannels) {
    const Lanes up = pixelAt<kChannels>(above + at);
    const Lanes toLeft = distance(up - corner);
    const Lanes toAbove = distance(left - corner);
    const Lanes toCorner = distance(left + up - corner - corner);
    const Lanes other = toAbove <= toCorner ? up : corner;
    const Lanes chosen = (toLeft <= toAbove) & (toLeft <= toCorner) ? left : other;
    left = (pixelAt<kChannels>(from + at) + chosen) & 255;
    corner = up;
    writePixel<kChannels>(left, row + at);
  }
}

// Each pixel and the one before.
template <int kChannels>
void unfilterBefore(const uint8_t* from, uint8_t* row, std::size_t length) {
  Lanes left{};
  for (std::size_t at = 0; at < length; at += kChannels) {
    left = (left + pixelAt<kChannels>(from + at)) & 255;
    writePixel<kChannels>(left, row + at);
  }
}

// Each pixel and the mean of the one before and the one above.
template <int kChannels>
void unfilterMean(const uint8_t* from, const uint8_t* above, uint8_t* row, std::size_t length) {
  Lanes left{};
  for (std::size_t at = 0; at < length; at += kChannels) {
    const Lanes mean = (left + pixelAt<kChannels>(above + at)) >> 1;
    left = (pixelAt<kChannels>(from + at) + mean) & 255;
    writePixel<kChannels>(left, row + at);
  }
}

// Takes the filter of one row off (PNG specification, section 9), into `row`; `above` is the row before it, or zeros.
template <int kChannels>
bool unfilter(uint8_t filter, const uint8_t* from, const uint8_t* above, uint8_t* row, std::size_t length) {
  switch (filter) {
    case 0:
      std::memcpy(row, from, length);
      return true;
    case 1:
      unfilterBefore<kChannels>(from, row, length);
      return true;
    case 2:
      for (std::size_t at = 0; at < length; at++) row[at] = from[at] + above[at];
      return true;
    case 3:
      unfilterMean<kChannels>(from, above, row, length);
      return true;
    case 4:
      unfilterNearest<kChannels>(from, above, row, length);
      return true;
    default:
      return false;
  }
}

template <int kChannels>
bool unfilterAll(const Parts& parts, uint8_t* pixels) {
  static std::vector<uint8_t> zeros;
  const std::size_t length = static_cast<std::size_t>(parts.width) * kChannels;
  zeros.assign(length, 0);
  const uint8_t* above = zeros.data();
  const uint8_t* from = unpacked.data();
  for (int row = 0; row < parts.height; row++, from += length + 1) {
    uint8_t* to = pixels + row * length;
    if (!unfilter<kChannels>(from[0], from + 1, above, to, length)) return false;
    above = to;
  }
  return true;
}

bool unfilterAny(const Parts& parts, uint8_t* pixels) {
  switch (parts.packed) {
    case 1:
      return unfilterAll<1>(parts, pixels);
    case 2:
      return unfilterAll<2>(parts, pixels);
    case 3:
      return unfilterAll<3>(parts, pixels);
    default:
      return unfilterAll<4>(parts, pixels);
  }
}

// False when a pixel has no colour.
bool lookUp(const Parts& parts, const std::vector<uint8_t>& indexes, Image& image) {
  const std::size_t colours = parts.palette.length / 3;
  const int channels = parts.transparency.data == nullptr ? 3 : 4;
  image.shape(parts.height, parts.width, channels);
  uint8_t* to = image.pixels.data();
  for (std::size_t pixel = 0; pixel < indexes.size(); pixel++, to += channels) {
    const std::size_t index = indexes[pixel];
    if (index >= colours) return false;
    std::memcpy(to, parts.palette.data + index * 3, 3);
    if (channels == 4) to[3] = index < parts.transparency.length ? parts.transparency.data[index] : 255;
  }
  return true;
}

}  // namespace

bool decodePng(Bytes file, Image& image) {
  Parts parts;
  if (!readChunks(file, parts) || (parts.hasPalette && parts.palette.data == nullptr)) return false;
  const std::size_t length = (static_cast<std::size_t>(parts.width) * parts.packed + 1) * parts.height;
  // The strongest packing there is makes 1,032 bytes of one.
  if (length / 1032 > parts.data.length) return false;
  unpacked.resize(length);
  if (!inflateExactly(parts.data, unpacked.data(), length)) return false;
  bool isSound;
  if (parts.hasPalette) {
    std::vector<uint8_t> indexes(static_cast<std::size_t>(parts.width) * parts.height);
    isSound = unfilterAny(parts, indexes.data()) && lookUp(parts, indexes, image);
  } else {
    image.shape(parts.height, parts.width, parts.packed);
    isSound = unfilterAny(parts, image.pixels.data());
  }
  letGo(unpacked);
  letGo(gathered);
  return isSound;
}

}  // namespace denselab::DENSELAB_LEVEL
