#include "checksums.h"

#include <algorithm>
#include <array>

namespace denselab::DENSELAB_LEVEL {

namespace {

using Table = std::array<std::array<uint32_t, 256>, 8>;

// Entry [k][b]: the remainder of byte b with k zero bytes behind it.
Table makeTable() {
  Table table{};
  for (uint32_t byte = 0; byte < 256; byte++) {
    uint32_t rest = byte;
    for (int bit = 0; bit < 8; bit++) rest = rest & 1 ? 0xedb88320u ^ (rest >> 1) : rest >> 1;
    table[0][byte] = rest;
  }
  for (int zeros = 1; zeros < 8; zeros++) {
    for (int byte = 0; byte < 256; byte++) {
      const uint32_t before = table[zeros - 1][byte];
      table[zeros][byte] = table[0][before & 255] ^ (before >> 8);
    }
  }
  return table;
}

const Table kTable = makeTable();

// As many bytes as sums of 32 bits hold before they are reduced.
constexpr std::size_t kMostSummed = 5552;
constexpr uint32_t kModulus = 65521;

}  // namespace

uint32_t crc32(Bytes bytes) {
  uint32_t rest = 0xffffffffu;
  const uint8_t* at = bytes.data;
  const uint8_t* end = at + bytes.length;
  for (; end - at >= 8; at += 8) {
    const uint64_t word = lowFirst64(at) ^ rest;
    uint32_t sum = 0;
    for (int byte = 0; byte < 8; byte++) sum ^= kTable[7 - byte][word >> (8 * byte) & 255];
    rest = sum;
  }
  for (; at < end; at++) rest = kTable[0][(rest ^ *at) & 255] ^ (rest >> 8);
  return ~rest;
}

uint32_t adler32(Bytes bytes) {
  uint32_t sum = 1;
  uint32_t sumOfSums = 0;
  const uint8_t* at = bytes.data;
  for (std::size_t left = bytes.length; left > 0;) {
    const std::size_t now = std::min(left, kMostSummed);
    left -= now;
    std::size_t done = 0;
    // Sixteen at a time: sums that do not wait for each other.
    for (; done + 16 <= now; done += 16, at += 16) {
      uint32_t plain = 0;
      uint32_t weighted = 0;
      for (uint32_t index = 0; index < 16; index++) {
        plain += at[index];
        weighted += (16 - index) * at[index];
      }
      sumOfSums += 16 * sum + weighted;
      sum += plain;
    }
    for (; done < now; done++) {
      sum += *at++;
      sumOfSums += sum;
    }
    sum %= kModulus;
    sumOfSums %= kModulus;
  }
  return sumOfSums << 16 | sum;
}

}  // namespace denselab::DENSELAB_LEVEL
