#include "jpeg.h"

#include <algorithm>

#include "jpegColours.h"
#include "jpegTransform.h"

namespace denselab::DENSELAB_LEVEL {

namespace {

// Where the coefficients belong that come in zigzag order (ITU-T T.81, figure A.6).
constexpr uint8_t kNatural[64] = {0,  1,  8,  16, 9,  2,  3,  10, 17, 24, 32, 25, 18, 11, 4,  5,  12, 19, 26, 33, 40, 48,
                                  41, 34, 27, 20, 13, 6,  7,  14, 21, 28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23,
                                  30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63};

// Zeros behind the codes: more than the blocks of one unit can take before somebody looks where they are (48 blocks of 64 times
// 27 bits).
constexpr std::size_t kPadding = 1 << 14;

// A scan without stuffed zeros and markers.
std::vector<uint8_t> codes;
// Where the piece before each restart marker ends, and the last one, in bits.
std::vector<int64_t> ends;

// A channel, what its next block is read into, and its samples.
struct Channel : Samples {
  const JpegComponent* component = nullptr;
  int horizontal = 1;
  int vertical = 1;
  int edge = 8;
  // 64 coefficients in natural order, times their steps; all 0 before a block.
  alignas(32) int32_t block[64] = {};
  // The first coefficient of the block before, without its step.
  int64_t mean = 0;
};

Channel channels[3];

// Bits of the codes, the first one highest; there are always some behind those that are there.
struct CodeBits {
  const uint8_t* next;
  uint64_t held = 0;
  int count = 0;

  // At least 56 bits.
  void fill() {
    held |= highFirst64(next) >> count;
    next += (63 - count) >> 3;
    count |= 56;
  }

  void drop(int bits) {
    held <<= bits;
    count -= bits;
  }

  uint32_t take(int bits) {
    const uint32_t value = static_cast<uint32_t>(held >> (64 - bits));
    drop(bits);
    return value;
  }

  int64_t position() const { return (next - codes.data()) * 8 - count; }

  void moveTo(int64_t position) {
    next = codes.data() + position / 8;
    held = 0;
    count = 0;
  }
};

// Copies the scan; false unless its restart markers are in order and the image ends behind it.
bool gatherCodes(Bytes file, std::size_t start) {
  if (codes.size() < file.length + kPadding) codes.resize(file.length * 2 + kPadding);
  ends.clear();
  uint8_t* to = codes.data();
  const uint8_t* fileEnd = file.data + file.length;
  for (const uint8_t* from = file.data + start;;) {
    const auto* mark = static_cast<const uint8_t*>(std::memchr(from, 0xff, fileEnd - from));
    if (mark == nullptr) return false;
    const uint8_t next = mark + 1 < fileEnd ? mark[1] : 0xff;
    const std::size_t length = (next == 0 ? mark + 1 : mark) - from;
    std::memcpy(to, from, length);
    to += length;
    from = mark + 2;
    if (next == 0) continue;
    ends.push_back((to - codes.data()) * 8);
    if (next == 0xd9) break;
    if (next != 0xd0 + (ends.size() - 1) % 8) return false;
  }
  std::fill_n(to, kPadding, 0);
  return true;
}

// A code that the lookup lacks, as an entry of it; 0 where there is none.
int longCode(uint64_t held, const HuffmanTable& table) {
  for (int length = kLookupBits + 1; length <= 16; length++) {
    const int code = static_cast<int>(held >> (64 - length));
    if (code <= table.largest[length]) return length << 8 | table.symbols[(code + table.offsets[length]) & 255];
  }
  return 0;
}

inline int findCode(uint64_t held, const HuffmanTable& table) {
  const int entry = table.direct[held >> (64 - kLookupBits)];
  return entry != 0 ? entry : longCode(held, table);
}

// Reads the codes of one block (F.2.2); position of the last coefficient that is there, -1 when they make no sense.
int readBlock(CodeBits& shared, Channel& channel) {
  // A copy of its own: what is written to the block cannot change it.
  CodeBits bits = shared;
  const HuffmanTable& ac = *channel.component->ac;
  const uint16_t* steps = channel.component->steps;
  bits.fill();
  int entry = findCode(bits.held, *channel.component->dc);
  int size = entry & 255;
  if (entry == 0 || size > 11) return -1;
  bits.drop(entry >> 8);
  if (size > 0) channel.mean += extended(bits.take(size), size);
  channel.block[0] = static_cast<int32_t>(channel.mean * steps[0]);
  int last = 0;
  for (int position = 1; position < 64; position++) {
    if (bits.count < 32) bits.fill();
    const int32_t quick = ac.quick[bits.held >> (64 - kQuickBits)];
    if (quick != 0) {
      position += quick >> 8 & 15;
      if (position > 63) return -1;
      bits.drop(quick & 255);
      channel.block[kNatural[position]] = (quick >> 16) * steps[position];
      last = position;
      continue;
    }
    entry = findCode(bits.held, ac);
    if (entry == 0) return -1;
    size = entry & 15;
    bits.drop(entry >> 8);
    // End of block. Other symbols without a value end it for some decoders, and not for others.
    if ((entry & 255) == 0) break;
    if (size == 0 && (entry & 255) != 0xf0) return -1;
    position += entry >> 4 & 15;
    if (size == 0) continue;
    if (position > 63) return -1;
    channel.block[kNatural[position]] = extended(bits.take(size), size) * steps[position];
    last = position;
  }
  shared = bits;
  return last;
}

// Units across and down, and the largest factors; a lone channel has units of one block, whatever its factors.
struct Units {
  int across;
  int down;
  int widest = 1;
  int tallest = 1;
};

Units unitsOf(const PlainJpeg& jpeg) {
  Units units{};
  for (int index = 0; jpeg.channels > 1 && index < jpeg.channels; index++) {
    units.widest = std::max(units.widest, jpeg.components[index].horizontal);
    units.tallest = std::max(units.tallest, jpeg.components[index].vertical);
  }
  units.across = (jpeg.width + 8 * units.widest - 1) / (8 * units.widest);
  units.down = (jpeg.height + 8 * units.tallest - 1) / (8 * units.tallest);
  return units;
}

inline int shareOf(int length, int factor, int whole) {
  return static_cast<int>((static_cast<int64_t>(length) * factor + whole - 1) / whole);
}

// False where samples would have to be spread in a way that is not usual.
bool layOut(const PlainJpeg& jpeg, const Units& units, int least) {
  for (int index = 0; index < jpeg.channels; index++) {
    Channel& channel = channels[index];
    channel.component = &jpeg.components[index];
    channel.horizontal = jpeg.channels == 1 ? 1 : channel.component->horizontal;
    channel.vertical = jpeg.channels == 1 ? 1 : channel.component->vertical;
    // As libjpeg: samples that are fewer are rather decoded larger than spread.
    int edge = least;
    while (edge < 8 && units.widest * least % (channel.horizontal * edge * 2) == 0 &&
           units.tallest * least % (channel.vertical * edge * 2) == 0) {
      edge *= 2;
    }
    const int across = channel.horizontal * edge;
    const int down = channel.vertical * edge;
    if (units.widest * least % across != 0 || units.tallest * least % down != 0) return false;
    channel.edge = edge;
    channel.wide = units.widest * least / across;
    channel.tall = units.tallest * least / down;
    channel.height = shareOf(jpeg.height, down, units.tallest * 8);
    channel.width = shareOf(jpeg.width, across, units.widest * 8);
    const bool isSpread = channel.wide == 2 && channel.tall <= 2 && least > 1 && channel.width > 2;
    if (!isSpread && (channel.tall != 1 || channel.wide != 1)) return false;
    channel.stride = static_cast<std::size_t>(units.across) * across;
    const std::size_t samples = channel.stride * units.down * down;
    if (channel.samples.size() < samples) channel.samples.resize(samples);
    std::fill_n(channel.block, 64, 0);
  }
  return true;
}

// The blocks of one channel in one unit.
bool readGroup(CodeBits& bits, Channel& channel, int unitRow, int unitColumn) {
  for (int y = 0; y < channel.vertical; y++) {
    for (int x = 0; x < channel.horizontal; x++) {
      const int last = readBlock(bits, channel);
      if (last < 0) return false;
      const std::size_t row = (static_cast<std::size_t>(unitRow) * channel.vertical + y) * channel.edge;
      const std::size_t column = (static_cast<std::size_t>(unitColumn) * channel.horizontal + x) * channel.edge;
      uint8_t* to = channel.samples.data() + row * channel.stride + column;
      if (!transformBlock(channel.block, last == 0, channel.edge, to, channel.stride)) return false;
      if (last > 0) std::fill_n(channel.block, 64, 0);
    }
  }
  return true;
}

// Whether every block has its codes, and nothing is left over.
bool readUnits(const PlainJpeg& jpeg, const Units& units) {
  const int64_t all = static_cast<int64_t>(units.across) * units.down;
  const int64_t perPiece = jpeg.restartInterval == 0 ? all : jpeg.restartInterval;
  if (static_cast<int64_t>(ends.size()) != (all + perPiece - 1) / perPiece) return false;
  CodeBits bits{codes.data()};
  int64_t unit = 0;
  for (const int64_t end : ends) {
    for (Channel& channel : channels) channel.mean = 0;
    for (const int64_t last = std::min(unit + perPiece, all); unit < last; unit++) {
      const int row = static_cast<int>(unit / units.across);
      const int column = static_cast<int>(unit % units.across);
      for (int index = 0; index < jpeg.channels; index++) {
        if (!readGroup(bits, channels[index], row, column)) return false;
      }
      if (bits.position() > end) return false;
    }
    // Less than a byte fills the piece up.
    if (end - bits.position() >= 8) return false;
    bits.moveTo(end);
  }
  return true;
}

void combine(int depth, int height, int width, Image& image) {
  static std::vector<uint8_t> spread[3];
  image.shape(height, width, depth);
  for (int row = 0; row < height; row++) {
    uint8_t* to = image.pixels.data() + static_cast<std::size_t>(row) * width * depth;
    const uint8_t* luma = sampleRow(channels[0], row, spread[0]);
    if (depth == 1) std::memcpy(to, luma, width);
    else writeColours(luma, sampleRow(channels[1], row, spread[1]), sampleRow(channels[2], row, spread[2]), to, width);
  }
}

}  // namespace

bool decodeJpeg(Bytes file, const PlainJpeg& jpeg, int ratio, Image& image) {
  const Units units = unitsOf(jpeg);
  if (!layOut(jpeg, units, 8 / ratio) || !gatherCodes(file, jpeg.start) || !readUnits(jpeg, units)) return false;
  combine(jpeg.channels, (jpeg.height + ratio - 1) / ratio, (jpeg.width + ratio - 1) / ratio, image);
  for (Channel& channel : channels) letGo(channel.samples);
  letGo(codes);
  return true;
}

}  // namespace denselab::DENSELAB_LEVEL
