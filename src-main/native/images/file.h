// Files as they were listed: a file that became a link or a pipe since then does no harm.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace denselab {

// An open file; closed at the end.
class File {
 public:
  explicit File(const char* path);
  ~File();
  File(const File&) = delete;
  File& operator=(const File&) = delete;

  // Whether it is an ordinary file that could be opened.
  bool isOrdinary() const { return isOrdinary_; }
  std::size_t size() const { return size_; }
  // When it was changed, in milliseconds, as Node computes them.
  double modifiedMs() const { return modifiedMs_; }

  // Reads its first bytes, whatever is in the memory; false when they are not there.
  bool read(std::size_t length, std::vector<uint8_t>& bytes) const;

 private:
  int handle_;
  bool isOrdinary_ = false;
  std::size_t size_ = 0;
  double modifiedMs_ = 0;
};

}  // namespace denselab
