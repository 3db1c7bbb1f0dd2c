#include "jpegTransform.h"

#include <algorithm>

namespace denselab::DENSELAB_LEVEL {

namespace {

// Bits behind the point of the constants, and of what the first pass leaves to the second.
constexpr int kConstantBits = 13;
constexpr int kPassBits = 2;

// Bits that the first and the second pass take off again; a reduced transform has more gain in each.
constexpr int kFirst = kConstantBits - kPassBits;
constexpr int kSecond = kConstantBits + kPassBits + 3;

typedef int32_t Eight __attribute__((vector_size(32)));
typedef int32_t Four __attribute__((vector_size(16)));

// Values up to which 16 bits hold every sum (coefficients, and columns after the first pass), and libjpeg's table of limits every
// sample; as powers of 2.
constexpr int kCoefficientBits = 13;
constexpr int kColumnBits = 14;
constexpr int kSampleBits = 9;

// Whether values are farther from 0 than 2 ** bits: their bits beyond, all together.
template <int kBits, class Lanes>
inline Lanes beyond(const Lanes* values, int count) {
  Lanes found = values[0] ^ (values[0] >> 31);
  for (int index = 1; index < count; index++) found |= values[index] ^ (values[index] >> 31);
  return found >> kBits;
}

template <class Lanes>
inline bool isZero(Lanes lanes) {
  int64_t words[sizeof lanes / 8];
  std::memcpy(words, &lanes, sizeof lanes);
  int64_t any = 0;
  for (const int64_t word : words) any |= word;
  return any == 0;
}

inline bool isWithin(int32_t value, int bits) { return (value ^ (value >> 31)) >> bits == 0; }

inline uint8_t clamped(int32_t value) { return static_cast<uint8_t>(std::clamp(value, 0, 255)); }

#ifdef __clang__
#define DENSELAB_SHUFFLE(one, other, ...) __builtin_shufflevector(one, other, __VA_ARGS__)
#else
#define DENSELAB_SHUFFLE(one, other, ...) __builtin_shuffle(one, other, Eight{__VA_ARGS__})
#endif

// Rows become columns.
inline void transpose(Eight* lines) {
  Eight pairs[8];
  Eight fours[8];
  for (int index = 0; index < 8; index += 2) {
    pairs[index] = DENSELAB_SHUFFLE(lines[index], lines[index + 1], 0, 8, 1, 9, 4, 12, 5, 13);
    pairs[index + 1] = DENSELAB_SHUFFLE(lines[index], lines[index + 1], 2, 10, 3, 11, 6, 14, 7, 15);
  }
  for (int index = 0; index < 8; index += 4) {
    for (int half = 0; half < 2; half++) {
      const Eight first = pairs[index + half];
      const Eight second = pairs[index + half + 2];
      fours[index + 2 * half] = DENSELAB_SHUFFLE(first, second, 0, 1, 8, 9, 4, 5, 12, 13);
      fours[index + 2 * half + 1] = DENSELAB_SHUFFLE(first, second, 2, 3, 10, 11, 6, 7, 14, 15);
    }
  }
  for (int index = 0; index < 4; index++) {
    lines[index] = DENSELAB_SHUFFLE(fours[index], fours[index + 4], 0, 1, 2, 3, 8, 9, 10, 11);
    lines[index + 4] = DENSELAB_SHUFFLE(fours[index], fours[index + 4], 4, 5, 6, 7, 12, 13, 14, 15);
  }
}

template <class Lanes>
inline Lanes load(const int32_t* from) {
  Lanes lanes;
  std::memcpy(&lanes, from, sizeof lanes);
  return lanes;
}

template <class Lanes>
inline void store(int32_t* to, Lanes lanes) {
  std::memcpy(to, &lanes, sizeof lanes);
}

// Eight values each, one lane beside the other. Constants are those of libjpeg's names, times 2 ** 13.
template <int kShift>
inline void whole(const Eight* in, Eight* out) {
  const Eight turned = (in[2] + in[6]) * 4433;
  const Eight low = turned - in[6] * 15137;
  const Eight high = turned + in[2] * 6270;
  const int32_t round = 1 << (kShift - 1);
  const Eight sum = ((in[0] + in[4]) << kConstantBits) + round;
  const Eight difference = ((in[0] - in[4]) << kConstantBits) + round;
  const Eight common = (in[7] + in[3] + in[5] + in[1]) * 9633;
  const Eight z1 = (in[7] + in[1]) * -7373;
  const Eight z2 = (in[5] + in[3]) * -20995;
  const Eight z3 = common + (in[7] + in[3]) * -16069;
  const Eight z4 = common + (in[5] + in[1]) * -3196;
  const Eight odd0 = in[7] * 2446 + z1 + z3;
  const Eight odd1 = in[5] * 16819 + z2 + z4;
  const Eight odd2 = in[3] * 25172 + z2 + z3;
  const Eight odd3 = in[1] * 12299 + z1 + z4;
  out[0] = (sum + high + odd3) >> kShift;
  out[7] = (sum + high - odd3) >> kShift;
  out[1] = (difference + low + odd2) >> kShift;
  out[6] = (difference + low - odd2) >> kShift;
  out[2] = (difference - low + odd1) >> kShift;
  out[5] = (difference - low - odd1) >> kShift;
  out[3] = (sum - high + odd0) >> kShift;
  out[4] = (sum - high - odd0) >> kShift;
}

// Four of seven; the fifth is never looked at.
template <int kShift, class Lanes>
inline void half(const Lanes* in, Lanes* out) {
  const Lanes mean = (in[0] << (kConstantBits + 1)) + (1 << (kShift - 1));
  const Lanes turned = in[2] * 15137 - in[6] * 6270;
  const Lanes odd0 = in[5] * 11893 - in[7] * 1730 - in[3] * 17799 + in[1] * 8697;
  const Lanes odd2 = in[3] * 7373 - in[7] * 4176 - in[5] * 4926 + in[1] * 20995;
  out[0] = (mean + turned + odd2) >> kShift;
  out[3] = (mean + turned - odd2) >> kShift;
  out[1] = (mean - turned + odd0) >> kShift;
  out[2] = (mean - turned - odd0) >> kShift;
}

// Two of five, `step` apart.
inline void quarter(const int32_t* in, int step, int shift, int32_t& first, int32_t& second) {
  const int32_t mean = (in[0] << (kConstantBits + 2)) + (1 << (shift - 1));
  const int32_t odd = in[step] * 29692 - in[3 * step] * 10426 + in[5 * step] * 6967 - in[7 * step] * 5906;
  first = (mean + odd) >> shift;
  second = (mean - odd) >> shift;
}

bool wholeBlock(const int32_t* block, uint8_t* to, std::size_t stride) {
  Eight lines[8];
  Eight turned[8];
  alignas(32) int32_t values[64];
  for (int row = 0; row < 8; row++) lines[row] = load<Eight>(block + row * 8);
  Eight extremes = beyond<kCoefficientBits>(lines, 8);
  whole<kFirst>(lines, turned);
  extremes |= beyond<kColumnBits>(turned, 8);
  transpose(turned);
  whole<kSecond>(turned, lines);
  extremes |= beyond<kSampleBits>(lines, 8);
  transpose(lines);
  for (int row = 0; row < 8; row++) store(values + row * 8, lines[row] + 128);
  for (int row = 0; row < 8; row++) {
    for (int column = 0; column < 8; column++) to[row * stride + column] = clamped(values[row * 8 + column]);
  }
  return isZero(extremes);
}

bool halfBlock(const int32_t* block, uint8_t* to, std::size_t stride) {
  Eight lines[8];
  Eight turned[4];
  alignas(32) int32_t columns[32];
  alignas(32) int32_t values[16];
  for (int row = 0; row < 8; row++) lines[row] = load<Eight>(block + row * 8);
  Eight extremes = beyond<kCoefficientBits>(lines, 8);
  half<kFirst + 1>(lines, turned);
  extremes |= beyond<kColumnBits>(turned, 4);
  for (int row = 0; row < 4; row++) store(columns + row * 8, turned[row]);
  Four crossed[8];
  Four results[4];
  for (int column = 0; column < 8; column++) {
    crossed[column] = Four{columns[column], columns[8 + column], columns[16 + column], columns[24 + column]};
  }
  half<kSecond + 1>(crossed, results);
  for (int column = 0; column < 4; column++) store(values + column * 4, results[column] + 128);
  for (int row = 0; row < 4; row++) {
    for (int column = 0; column < 4; column++) to[row * stride + column] = clamped(values[column * 4 + row]);
  }
  return isZero(extremes) && isZero(beyond<kSampleBits>(results, 4));
}

bool quarterBlock(const int32_t* block, uint8_t* to, std::size_t stride) {
  int32_t columns[16] = {};
  bool isSound = true;
  for (int index = 0; index < 64; index++) isSound &= isWithin(block[index], kCoefficientBits);
  for (const int column : {0, 1, 3, 5, 7}) quarter(block + column, 8, kFirst + 2, columns[column], columns[8 + column]);
  for (int row = 0; row < 2; row++) {
    int32_t first;
    int32_t second;
    quarter(columns + row * 8, 1, kSecond + 2, first, second);
    isSound &= isWithin(first, kSampleBits) && isWithin(second, kSampleBits);
    to[row * stride] = clamped(first + 128);
    to[row * stride + 1] = clamped(second + 128);
  }
  for (const int32_t column : columns) isSound &= isWithin(column, kColumnBits);
  return isSound;
}

}  // namespace

bool transformBlock(const int32_t* block, bool isFlat, int edge, uint8_t* to, std::size_t stride) {
  if (isFlat || edge == 1) {
    const int32_t value = (block[0] + 4) >> 3;
    for (int row = 0; row < edge; row++) std::memset(to + row * stride, clamped(value + 128), edge);
    return isWithin(value, kSampleBits);
  }
  return edge == 8 ? wholeBlock(block, to, stride) : edge == 4 ? halfBlock(block, to, stride) : quarterBlock(block, to, stride);
}

}  // namespace denselab::DENSELAB_LEVEL
