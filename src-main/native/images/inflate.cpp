#include "inflate.h"

#include <algorithm>

#include "checksums.h"

namespace denselab::DENSELAB_LEVEL {

namespace {

// What a code stands for: value << 16 | extra bits or bits of a second table << 8 | kind | bits of the code.
constexpr uint32_t kLiteral = 0x20;
constexpr uint32_t kEnd = 0x40;
constexpr uint32_t kSecond = 0x80;
constexpr uint32_t kCodeBits = 0x1f;

constexpr int kLongest = 15;
constexpr int kMostSymbols = 288;

inline int extraBits(uint32_t entry) { return entry >> 8 & 255; }

// Codes by their next bits; those that are longer lead to a second table.
template <int kFirst>
struct Codes {
  static constexpr std::size_t kMask = (1 << kFirst) - 1;
  uint32_t entries[(1 << kFirst) + (kMostSymbols << (kLongest - kFirst))];

  uint32_t find(uint64_t bits) const {
    const uint32_t entry = entries[bits & kMask];
    if (!(entry & kSecond)) return entry;
    return entries[(entry >> 16) + (bits >> kFirst & ((1u << extraBits(entry)) - 1))];
  }

  // False for sets of codes that do not fill up; only a lone distance may have one bit of two.
  bool build(const uint8_t* lengths, const uint32_t* meanings, int symbols, bool mayBeAlone) {
    int counts[kLongest + 1] = {};
    for (int symbol = 0; symbol < symbols; symbol++) counts[lengths[symbol]]++;
    const int used = symbols - counts[0];
    counts[0] = 0;
    int longest = kLongest;
    while (longest > 0 && counts[longest] == 0) longest--;
    uint32_t next[kLongest + 2] = {};
    int left = 1;
    for (int length = 1; length <= kLongest; length++) {
      left = left * 2 - counts[length];
      if (left < 0) return false;
      next[length + 1] = (next[length] + counts[length]) << 1;
    }
    if (left > 0 && !(mayBeAlone && used <= 1 && longest <= 1)) return false;
    std::fill_n(entries, 1 << kFirst, 0);
    std::size_t end = 1 << kFirst;
    for (int symbol = 0; symbol < symbols; symbol++) {
      const int length = lengths[symbol];
      if (length > 0) end = place(next[length]++, length, meanings[symbol], longest - kFirst, end);
    }
    return true;
  }

 private:
  // Returns where the next second table belongs.
  std::size_t place(uint32_t code, int length, uint32_t meaning, int secondBits, std::size_t end) {
    uint32_t turned = 0;
    for (int bit = 0; bit < length; bit++) turned |= (code >> bit & 1) << (length - 1 - bit);
    const uint32_t entry = meaning | length;
    if (length <= kFirst) {
      for (std::size_t at = turned; at <= kMask; at += std::size_t{1} << length) entries[at] = entry;
      return end;
    }
    uint32_t& first = entries[turned & kMask];
    if (first == 0) {
      first = static_cast<uint32_t>(end) << 16 | secondBits << 8 | kSecond;
      std::fill_n(entries + end, std::size_t{1} << secondBits, 0);
      end += std::size_t{1} << secondBits;
    }
    uint32_t* second = entries + (first >> 16);
    for (std::size_t at = turned >> kFirst; at >> secondBits == 0; at += std::size_t{1} << (length - kFirst)) second[at] = entry;
    return end;
  }
};

struct Meanings {
  uint32_t literals[kMostSymbols] = {};
  uint32_t distances[32] = {};
  uint32_t plain[19] = {};

  Meanings() {
    for (uint32_t value = 0; value < 256; value++) literals[value] = value << 16 | kLiteral;
    literals[256] = kEnd;
    uint32_t base = 3;
    for (uint32_t index = 0; index < 28; index++) {
      const uint32_t extra = index < 8 ? 0 : index / 4 - 1;
      literals[257 + index] = base << 16 | extra << 8;
      base += 1u << extra;
    }
    literals[285] = 258u << 16;
    base = 1;
    for (uint32_t index = 0; index < 30; index++) {
      const uint32_t extra = index < 4 ? 0 : index / 2 - 1;
      distances[index] = base << 16 | extra << 8;
      base += 1u << extra;
    }
    for (uint32_t value = 0; value < 19; value++) plain[value] = value << 16;
  }
};

const Meanings kMeanings;

// Bits of the stream, the first one lowest. Beyond the end come zeros, and `overrun` says so.
struct BitStream {
  const uint8_t* next;
  const uint8_t* end;
  uint64_t held = 0;
  int count = 0;

  // At least 56 bits, where the stream has them.
  void fill() {
    if (end - next >= 8) {
      held |= lowFirst64(next) << count;
      next += (63 - count) >> 3;
      count |= 56;
      return;
    }
    while (count <= 56 && next < end) {
      held |= static_cast<uint64_t>(*next++) << count;
      count += 8;
    }
  }

  uint32_t take(int bits) {
    const uint32_t value = static_cast<uint32_t>(held & ((uint64_t{1} << bits) - 1));
    held >>= bits;
    count -= bits;
    return value;
  }

  bool overrun() const { return count < 0; }
};

struct Tables {
  Codes<10> literals;
  Codes<8> distances;
};

bool readTables(BitStream& bits, Tables& tables) {
  static const uint8_t kOrder[19] = {16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15};
  static Codes<7> codes;
  bits.fill();
  const int literals = bits.take(5) + 257;
  const int distances = bits.take(5) + 1;
  const int orders = bits.take(4) + 4;
  if (literals > 286 || distances > 30) return false;
  uint8_t lengths[kMostSymbols + 32] = {};
  for (int index = 0; index < orders; index++) {
    bits.fill();
    lengths[kOrder[index]] = bits.take(3);
  }
  if (bits.overrun() || !codes.build(lengths, kMeanings.plain, 19, false)) return false;
  std::fill_n(lengths, sizeof lengths, 0);
  for (int index = 0; index < literals + distances;) {
    bits.fill();
    const uint32_t entry = codes.find(bits.held);
    bits.take(entry & kCodeBits);
    const uint32_t symbol = entry >> 16;
    if (symbol < 16) {
      lengths[index++] = symbol;
      continue;
    }
    if (symbol == 16 && index == 0) return false;
    const uint8_t repeated = symbol == 16 ? lengths[index - 1] : 0;
    const int times = symbol == 16 ? 3 + bits.take(2) : symbol == 17 ? 3 + bits.take(3) : 11 + bits.take(7);
    if (bits.overrun() || index + times > literals + distances) return false;
    std::fill_n(lengths + index, times, repeated);
    index += times;
  }
  return !bits.overrun() && lengths[256] > 0 &&
         tables.literals.build(lengths, kMeanings.literals, literals, false) &&
         tables.distances.build(lengths + literals, kMeanings.distances, distances, true);
}

const Tables& fixedTables() {
  static Tables tables;
  static const bool built = [] {
    uint8_t lengths[kMostSymbols];
    for (int symbol = 0; symbol < kMostSymbols; symbol++) lengths[symbol] = symbol < 144 ? 8 : symbol < 256 ? 9 : symbol < 280 ? 7 : 8;
    tables.literals.build(lengths, kMeanings.literals, kMostSymbols, false);
    std::fill_n(lengths, 32, 5);
    return tables.distances.build(lengths, kMeanings.distances, 32, false);
  }();
  static_cast<void>(built);
  return tables;
}

// Copies within what is unpacked, which may reach into itself; `room` bytes lie behind `to`.
inline void repeat(uint8_t* to, std::size_t distance, std::size_t length, std::size_t room) {
  const uint8_t* from = to - distance;
  if (distance >= 8 && room >= length + 8) {
    for (std::size_t done = 0; done < length; done += 8) std::memcpy(to + done, from + done, 8);
  } else if (distance == 1) {
    std::memset(to, *from, length);
  } else {
    for (std::size_t done = 0; done < length; done++) to[done] = from[done];
  }
}

// One block of codes, up to its end; returns where it ended, null when it is not in order.
uint8_t* readCodes(BitStream& bits, const Tables& tables, uint8_t* start, uint8_t* to, uint8_t* end) {
  for (;;) {
    // A code, its bits, another and its bits are 48 at most; three literals as well.
    bits.fill();
    uint32_t entry = tables.literals.find(bits.held);
    for (int more = 2; entry & kLiteral; more--) {
      bits.take(entry & kCodeBits);
      if (to == end) return nullptr;
      *to++ = entry >> 16;
      if (more == 0) break;
      entry = tables.literals.find(bits.held);
    }
    if (bits.overrun()) return nullptr;
    if (entry & kLiteral) continue;
    if (bits.count < 48) {
      bits.fill();
      entry = tables.literals.find(bits.held);
    }
    if ((entry & kCodeBits) == 0) return nullptr;
    bits.take(entry & kCodeBits);
    if (entry & kEnd) return bits.overrun() ? nullptr : to;
    const std::size_t length = (entry >> 16) + bits.take(extraBits(entry));
    entry = tables.distances.find(bits.held);
    // Of 32 distances in the fixed table, two mean nothing.
    if ((entry & kCodeBits) == 0 || entry >> 16 == 0) return nullptr;
    bits.take(entry & kCodeBits);
    const std::size_t distance = (entry >> 16) + bits.take(extraBits(entry));
    const std::size_t room = end - to;
    if (bits.overrun() || length == 0 || distance > static_cast<std::size_t>(to - start) || length > room) return nullptr;
    repeat(to, distance, length, room);
    to += length;
  }
}

uint8_t* readStored(BitStream& bits, uint8_t* to, uint8_t* end) {
  bits.take(bits.count & 7);
  bits.fill();
  const std::size_t length = bits.take(16);
  const std::size_t check = bits.take(16);
  if (bits.overrun() || (length ^ check) != 0xffff) return nullptr;
  // The stream goes on behind whole bytes; those that are held are given back.
  bits.next -= bits.count >> 3;
  bits.held = 0;
  bits.count = 0;
  if (length > static_cast<std::size_t>(bits.end - bits.next) || length > static_cast<std::size_t>(end - to)) return nullptr;
  std::memcpy(to, bits.next, length);
  bits.next += length;
  return to + length;
}

}  // namespace

bool inflateExactly(Bytes packed, uint8_t* start, std::size_t length) {
  static Tables own;
  if (packed.length < 6) return false;
  const uint32_t header = bigEndian16(packed.data);
  if ((header >> 8 & 15) != 8 || header >> 12 > 7 || header % 31 != 0 || (header & 0x20) != 0) return false;
  BitStream bits{packed.data + 2, packed.data + packed.length - 4};
  uint8_t* to = start;
  uint8_t* end = start + length;
  for (bool isLast = false; !isLast;) {
    bits.fill();
    isLast = bits.take(1);
    const uint32_t kind = bits.take(2);
    if (bits.overrun() || kind == 3) return false;
    if (kind == 2 && !readTables(bits, own)) return false;
    to = kind == 0 ? readStored(bits, to, end) : readCodes(bits, kind == 1 ? fixedTables() : own, start, to, end);
    if (to == nullptr) return false;
  }
  const std::ptrdiff_t left = (bits.end - bits.next) + (bits.count >> 3);
  return to == end && left == 0 && adler32({start, length}) == bigEndian32(packed.data + packed.length - 4);
}

}  // namespace denselab::DENSELAB_LEVEL
