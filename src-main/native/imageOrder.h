// The order in which the images of a batch are worked on, by whom and with whose sums.
#pragma once

#include <algorithm>
#include <functional>

#include "threads.h"

namespace denselab {

// Images are worked on in at most this many parts, each by one thread and each with its own sums of weight gradients.
constexpr int kParts = 16;
inline int partsOf(int images) { return std::min(images, kParts); }

struct Worker {
  int thread;
  int part;
};

// Images from one to, but not with, another.
struct Range {
  int from;
  int to;
};

// The order in which images are worked on.
class ImageOrder {
 public:
  explicit ImageOrder(int images) : images_(images), parts_(partsOf(images)) {}

  int parts() const { return parts_; }
  // The most images of one part.
  int most() const { return (images_ + parts_ - 1) / parts_; }

  // Every image once, up to `group` of a part at a time. Each pass goes the other way than the one before: what it left in
  // the caches is read first.
  void each(int group, const std::function<void(Worker, Range)>& work) {
    backwards_ = !backwards_;
    Threads::shared().share(parts_, [&](int thread, int step) {
      const int part = backwards_ ? parts_ - 1 - step : step;
      const int end = firstOf(part + 1);
      for (int image = firstOf(part); image < end; image += group) work({thread, part}, {image, std::min(end, image + group)});
    });
  }

 private:
  int firstOf(int part) const { return images_ * part / parts_; }

  int images_;
  int parts_;
  bool backwards_ = true;
};

}  // namespace denselab
