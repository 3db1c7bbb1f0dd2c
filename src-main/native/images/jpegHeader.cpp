#include "jpegHeader.h"

#include <algorithm>
#include <memory>

namespace denselab::DENSELAB_LEVEL {

namespace {

// More segments than any camera writes.
constexpr int kMostSegments = 500;

// A table with the bytes that it was made of: the images of a camera share theirs.
struct KnownTable {
  std::vector<uint8_t> source;
  HuffmanTable table;
};

constexpr std::size_t kMostKnown = 64;
// Tables that one file may add; four are usual.
constexpr std::size_t kMostAdded = 64;
std::vector<std::unique_ptr<KnownTable>> known;

// Tables of each kind.
constexpr int kTables = 4;

struct Tables {
  uint16_t steps[kTables][64];
  bool hasSteps[kTables] = {};
  const HuffmanTable* dc[kTables] = {};
  const HuffmanTable* ac[kTables] = {};
  int restartInterval = 0;
  Bytes frame;
  bool isJfif = false;
  bool isAdobe = false;
  bool isAdobeYcc = false;
};

Tables tables;

bool readSteps(Bytes segment) {
  for (std::size_t at = 0; at < segment.length;) {
    const uint8_t kind = segment.data[at];
    const int width = kind >> 4 == 1 ? 2 : 1;
    const std::size_t start = at + 1;
    at = start + 64 * width;
    if (kind >> 4 > 1 || (kind & 15) >= kTables || at > segment.length) return false;
    for (int index = 0; index < 64; index++) {
      const uint8_t* step = segment.data + start + index * width;
      tables.steps[kind & 15][index] = width == 2 ? bigEndian16(step) : *step;
    }
    tables.hasSteps[kind & 15] = true;
  }
  return true;
}

bool makeTable(const uint8_t* counts, const uint8_t* symbols, int total, HuffmanTable& table) {
  std::fill_n(table.direct, 1 << kLookupBits, 0);
  std::fill_n(table.symbols, 256, 0);
  std::copy_n(symbols, total, table.symbols);
  int code = 0;
  int index = 0;
  table.largest[0] = -1;
  table.offsets[0] = 0;
  for (int length = 1; length <= 16; length++) {
    const int count = counts[length - 1];
    table.offsets[length] = index - code;
    // No code may be all ones.
    if (count > 0 && code + count >= 1 << length) return false;
    for (int one = 0; one < count; one++, code++, index++) {
      if (length > kLookupBits) continue;
      std::fill_n(table.direct + (code << (kLookupBits - length)), 1 << (kLookupBits - length),
                  static_cast<uint16_t>(length << 8 | symbols[index]));
    }
    table.largest[length] = count > 0 ? code - 1 : -1;
    code <<= 1;
  }
  for (int bits = 0; bits < 1 << kQuickBits; bits++) {
    const int entry = table.direct[bits >> (kQuickBits - kLookupBits)];
    const int size = entry & 15;
    const int used = (entry >> 8) + size;
    table.quick[bits] = 0;
    if (size == 0 || used > kQuickBits) continue;
    const int32_t value = extended(bits >> (kQuickBits - used) & ((1 << size) - 1), size);
    table.quick[bits] = value * 65536 + ((entry >> 4 & 15) << 8 | used);
  }
  return true;
}

// Null for tables that cannot be, and for too many of them.
const HuffmanTable* tableOf(const uint8_t* counts, const uint8_t* symbols, int total) {
  std::vector<uint8_t> source(counts, counts + 16);
  source.insert(source.end(), symbols, symbols + total);
  for (const auto& one : known) {
    if (one->source == source) return &one->table;
  }
  if (known.size() >= kMostKnown + kMostAdded) return nullptr;
  auto made = std::make_unique<KnownTable>();
  if (!makeTable(counts, symbols, total, made->table)) return nullptr;
  made->source = std::move(source);
  known.push_back(std::move(made));
  return &known.back()->table;
}

bool readHuffman(Bytes segment) {
  for (std::size_t at = 0; at < segment.length;) {
    if (segment.length - at < 17) return false;
    const uint8_t kind = segment.data[at];
    const uint8_t* counts = segment.data + at + 1;
    int total = 0;
    for (int length = 0; length < 16; length++) total += counts[length];
    if (total > 256 || segment.length - at - 17 < static_cast<std::size_t>(total)) return false;
    if (kind >> 4 > 1 || (kind & 15) >= kTables) return false;
    // The first coefficient's symbols are sizes.
    if (kind >> 4 == 0 && std::any_of(counts + 16, counts + 16 + total, [](uint8_t symbol) { return symbol > 15; })) return false;
    const HuffmanTable* table = tableOf(counts, counts + 16, total);
    if (table == nullptr) return false;
    (kind >> 4 == 0 ? tables.dc : tables.ac)[kind & 15] = table;
    at += 17 + total;
  }
  return true;
}

// Whether a plain JPEG may have this segment.
bool readSegment(uint8_t code, Bytes segment) {
  if (code == 0xdb) return readSteps(segment);
  if (code == 0xc4) return readHuffman(segment);
  if (code == 0xdd) {
    if (segment.length != 2) return false;
    tables.restartInterval = bigEndian16(segment.data);
    return true;
  }
  if (code == 0xc0 || code == 0xc1) {
    if (tables.frame.data != nullptr) return false;
    tables.frame = segment;
    return true;
  }
  if (code == 0xe0 && segment.length >= 5 && std::memcmp(segment.data, "JFIF", 5) == 0) tables.isJfif = true;
  if (code == 0xee && segment.length >= 12 && std::memcmp(segment.data, "Adobe", 5) == 0 && !tables.isAdobe) {
    tables.isAdobe = true;
    tables.isAdobeYcc = segment.data[11] == 1;
  }
  return code >= 0xe0;
}

bool readComponent(Bytes scan, int index, JpegComponent& component) {
  const uint8_t* own = tables.frame.data + 6 + index * 3;
  const uint8_t chosen = scan.data[2 + index * 2];
  component.horizontal = own[1] >> 4;
  component.vertical = own[1] & 15;
  if (chosen >> 4 >= kTables || (chosen & 15) >= kTables) return false;
  component.dc = tables.dc[chosen >> 4];
  component.ac = tables.ac[chosen & 15];
  if (own[2] >= kTables || !tables.hasSteps[own[2]] || scan.data[1 + index * 2] != own[0]) return false;
  component.steps = tables.steps[own[2]];
  return component.horizontal >= 1 && component.horizontal <= 4 && component.vertical >= 1 && component.vertical <= 4 &&
         component.dc != nullptr && component.ac != nullptr;
}

bool describe(Bytes scan, std::size_t start, PlainJpeg& jpeg) {
  const Bytes frame = tables.frame;
  if (frame.length < 6 || scan.length < 1 || frame.data[0] != 8) return false;
  const std::size_t count = scan.data[0];
  if ((count != 1 && count != 3) || frame.data[5] != count || frame.length != 6 + 3 * count || scan.length != 4 + 2 * count) return false;
  const uint8_t* range = scan.data + 1 + 2 * count;
  if (range[0] != 0 || range[1] != 63 || range[2] != 0) return false;
  // libjpeg's guess where neither JFIF nor Adobe tells the colours.
  const bool isNumbered = count == 3 && frame.data[6] == 1 && frame.data[9] == 2 && frame.data[12] == 3;
  if (count == 3 && !(tables.isJfif || (tables.isAdobe ? tables.isAdobeYcc : isNumbered))) return false;
  jpeg.height = bigEndian16(frame.data + 1);
  jpeg.width = bigEndian16(frame.data + 3);
  jpeg.channels = static_cast<int>(count);
  jpeg.restartInterval = tables.restartInterval;
  jpeg.start = start;
  for (std::size_t index = 0; index < count; index++) {
    if (!readComponent(scan, static_cast<int>(index), jpeg.components[index])) return false;
  }
  return jpeg.height > 0 && jpeg.width > 0 && static_cast<uint64_t>(jpeg.height) * jpeg.width <= kMostPixels;
}

}  // namespace

bool readPlainJpeg(Bytes file, PlainJpeg& jpeg) {
  if (file.length < 4 || file.data[0] != 0xff || file.data[1] != 0xd8) return false;
  tables = Tables();
  // Only between files: a file's own tables must stay.
  if (known.size() >= kMostKnown) known.clear();
  std::size_t position = 2;
  for (int seen = 0; seen < kMostSegments && position + 4 <= file.length; seen++) {
    const uint8_t code = file.data[position + 1];
    const std::size_t length = bigEndian16(file.data + position + 2);
    if (file.data[position] != 0xff || code < 0xc0 || length < 2 || length > file.length - position - 2) return false;
    const Bytes segment{file.data + position + 4, length - 2};
    position += 2 + length;
    if (code == 0xda) return describe(segment, position, jpeg);
    if (!readSegment(code, segment)) return false;
  }
  return false;
}

}  // namespace denselab::DENSELAB_LEVEL
