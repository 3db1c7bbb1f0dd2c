#include "file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace denselab {

File::File(const char* path) : handle_(::open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)) {
  struct stat entry;
  if (handle_ < 0 || ::fstat(handle_, &entry) != 0 || !S_ISREG(entry.st_mode)) return;
  isOrdinary_ = true;
  size_ = static_cast<std::size_t>(entry.st_size);
#ifdef __APPLE__
  const struct timespec modified = entry.st_mtimespec;
#else
  const struct timespec modified = entry.st_mtim;
#endif
  modifiedMs_ = static_cast<double>(modified.tv_sec) * 1000.0 + static_cast<double>(modified.tv_nsec) / 1000000.0;
}

File::~File() {
  if (handle_ >= 0) ::close(handle_);
}

bool File::read(std::size_t length, std::vector<uint8_t>& bytes) const {
  if (bytes.size() < length) bytes.resize(length);
  for (std::size_t done = 0; done < length;) {
    const ssize_t now = ::pread(handle_, bytes.data() + done, length - done, static_cast<off_t>(done));
    if (now <= 0) return false;
    done += static_cast<std::size_t>(now);
  }
  return true;
}

}  // namespace denselab
