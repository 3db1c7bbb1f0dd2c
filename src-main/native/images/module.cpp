// The addon as Node loads it: `available` tells whether this processor can run it, `probe` looks at a file, `decode` makes its
// stored pixels. Both return false for whatever is not common and perfectly in order, and never throw for what is in a file.
#include <node_api.h>

#include <algorithm>
#include <exception>
#include <vector>

#include "file.h"
#include "levels.h"

namespace {

using denselab::Bytes;
using denselab::File;

// Largest file that is read; as src-main/datasets/formats/probeImage.ts.
constexpr std::size_t kMostBytes = std::size_t{512} << 20;
// First bytes that are looked at: of most files, and of those that carry more before their size.
constexpr std::size_t kUsualHead = 1024;
constexpr std::size_t kLongHead = std::size_t{128} << 10;
// Longest path of Linux, in bytes.
constexpr std::size_t kLongestPath = 4096;
// Bytes of a file that are kept for the next one.
constexpr std::size_t kKept = std::size_t{16} << 20;

#if defined(__x86_64__)
bool processorFits() { return __builtin_cpu_supports("sse4.2"); }
const bool kIsWide = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi2");
bool readHeader(Bytes head, denselab::Header& header) {
  return kIsWide ? denselab::wide::readHeader(head, header) : denselab::baseline::readHeader(head, header);
}
bool convertFile(Bytes file, const denselab::Request& request, uint8_t* pixels) {
  return kIsWide ? denselab::wide::convertFile(file, request, pixels) : denselab::baseline::convertFile(file, request, pixels);
}
#else
bool processorFits() { return true; }
bool readHeader(Bytes head, denselab::Header& header) { return denselab::baseline::readHeader(head, header); }
bool convertFile(Bytes file, const denselab::Request& request, uint8_t* pixels) {
  return denselab::baseline::convertFile(file, request, pixels);
}
#endif

// A typed array of the caller's, as long as it is.
template <class Value>
struct View {
  Value* data = nullptr;
  std::size_t length = 0;
};

template <class Value>
View<Value> viewOf(napi_env env, napi_value value, napi_typedarray_type wanted) {
  bool isArray = false;
  napi_typedarray_type type;
  View<Value> view;
  void* data = nullptr;
  if (napi_is_typedarray(env, value, &isArray) != napi_ok || !isArray) return view;
  if (napi_get_typedarray_info(env, value, &type, &view.length, &data, nullptr, nullptr) != napi_ok || type != wanted) return View<Value>();
  view.data = static_cast<Value*>(data);
  return view;
}

std::vector<uint8_t> content;

// The file at a path into `content`; false for one that is not as it was listed.
bool readListed(const char* path, double bytes, double modifiedMs) {
  const File file(path);
  if (!file.isOrdinary() || static_cast<double>(file.size()) != bytes || file.modifiedMs() != modifiedMs) return false;
  return file.size() <= kMostBytes && file.read(file.size(), content);
}

bool pathOf(napi_env env, napi_value value, char* path) {
  std::size_t length = 0;
  // A path that fills the memory may have been cut off.
  return napi_get_value_string_utf8(env, value, path, kLongestPath, &length) == napi_ok && length + 1 < kLongestPath;
}

// Where each number of a request lies.
enum RequestPlace { kKind, kOrientation, kHeight, kWidth, kChannels, kFit, kBackground, kBytes = kBackground + 3, kModified, kRequestLength };

denselab::Request requestOf(const double* numbers) {
  denselab::Request request{};
  request.kind = static_cast<denselab::Kind>(static_cast<int>(numbers[kKind]));
  request.orientation = static_cast<int>(numbers[kOrientation]);
  request.height = static_cast<int>(numbers[kHeight]);
  request.width = static_cast<int>(numbers[kWidth]);
  request.channels = static_cast<int>(numbers[kChannels]);
  request.fit = static_cast<denselab::Fit>(static_cast<int>(numbers[kFit]));
  for (int channel = 0; channel < 3; channel++) request.background[channel] = static_cast<uint8_t>(numbers[kBackground + channel]);
  return request;
}

bool isSound(const denselab::Request& request, std::size_t length) {
  const bool isPositive = request.height > 0 && request.width > 0 && (request.channels == 1 || request.channels == 3);
  return isPositive && request.orientation >= 1 && request.orientation <= 8 &&
         length == static_cast<std::size_t>(request.height) * request.width * request.channels;
}

// decode(path or bytes, numbers of the request, pixels to be written).
bool decode(napi_env env, const napi_value* arguments) {
  const auto numbers = viewOf<double>(env, arguments[1], napi_float64_array);
  const auto pixels = viewOf<uint8_t>(env, arguments[2], napi_uint8_array);
  if (numbers.length != kRequestLength) return false;
  const denselab::Request request = requestOf(numbers.data);
  if (!isSound(request, pixels.length)) return false;
  const auto given = viewOf<uint8_t>(env, arguments[0], napi_uint8_array);
  if (given.data != nullptr) return convertFile({given.data, given.length}, request, pixels.data);
  char path[kLongestPath];
  if (!pathOf(env, arguments[0], path) || !readListed(path, numbers.data[kBytes], numbers.data[kModified])) return false;
  const bool isDone = convertFile({content.data(), static_cast<std::size_t>(numbers.data[kBytes])}, request, pixels.data);
  if (content.capacity() > kKept) std::vector<uint8_t>().swap(content);
  return isDone;
}

// Where each number of an answer lies.
enum HeaderPlace { kFoundKind, kFoundHeight, kFoundWidth, kFoundChannels, kFoundOrientation, kFoundBytes, kFoundModified, kHeaderLength };

// probe(path, numbers to be written).
bool probe(napi_env env, const napi_value* arguments) {
  const auto numbers = viewOf<double>(env, arguments[1], napi_float64_array);
  char path[kLongestPath];
  if (numbers.length != kHeaderLength || !pathOf(env, arguments[0], path)) return false;
  const File file(path);
  if (!file.isOrdinary() || file.size() > kMostBytes) return false;
  denselab::Header header;
  std::size_t head = std::min(file.size(), kUsualHead);
  if (!file.read(head, content)) return false;
  if (!readHeader({content.data(), head}, header)) {
    if (file.size() == head) return false;
    head = std::min(file.size(), kLongHead);
    if (!file.read(head, content) || !readHeader({content.data(), head}, header)) return false;
  }
  numbers.data[kFoundKind] = static_cast<double>(header.kind);
  numbers.data[kFoundHeight] = header.height;
  numbers.data[kFoundWidth] = header.width;
  numbers.data[kFoundChannels] = header.channels;
  numbers.data[kFoundOrientation] = header.orientation;
  numbers.data[kFoundBytes] = static_cast<double>(file.size());
  numbers.data[kFoundModified] = file.modifiedMs();
  return true;
}

template <std::size_t kCount, bool (*function)(napi_env, const napi_value*)>
napi_value call(napi_env env, napi_callback_info info) {
  napi_value arguments[kCount];
  std::size_t count = kCount;
  bool isDone = false;
  if (napi_get_cb_info(env, info, &count, arguments, nullptr, nullptr) == napi_ok && count >= kCount) {
    try {
      isDone = function(env, arguments);
    } catch (const std::exception&) {
      // Not enough memory: the other way tells.
    }
  }
  napi_value result = nullptr;
  napi_get_boolean(env, isDone, &result);
  return result;
}

void tell(napi_env env, napi_value exports, const char* name, napi_callback function) {
  napi_value value;
  if (napi_create_function(env, name, NAPI_AUTO_LENGTH, function, nullptr, &value) == napi_ok) napi_set_named_property(env, exports, name, value);
}

}  // namespace

extern "C" __attribute__((visibility("default"))) napi_value napi_register_module_v1(napi_env env, napi_value exports) {
  napi_value available;
  if (napi_get_boolean(env, processorFits(), &available) == napi_ok) napi_set_named_property(env, exports, "available", available);
  tell(env, exports, "probe", call<2, probe>);
  tell(env, exports, "decode", call<3, decode>);
  return exports;
}
