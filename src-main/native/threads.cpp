#include "threads.h"

#include <immintrin.h>
#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

namespace denselab {

namespace {

// Pauses before a thread goes to sleep: passes of one step follow each other within microseconds.
constexpr int kPatience = 4000;
// Flush to zero, denormals are zero: as TensorFlow's own kernels have it.
constexpr unsigned kFlush = 0x8040;

template <class T>
void sleepWhile(const std::atomic<T>& value, T old) {
  for (int pause = 0; pause < kPatience; ++pause) {
    if (value.load(std::memory_order_acquire) != old) return;
    _mm_pause();
  }
  while (value.load(std::memory_order_acquire) == old)
    syscall(SYS_futex, &value, FUTEX_WAIT_PRIVATE, static_cast<int>(old), nullptr, nullptr, 0);
}

template <class T>
void wake(std::atomic<T>& value) {
  syscall(SYS_futex, &value, FUTEX_WAKE_PRIVATE, 1 << 30, nullptr, nullptr, 0);
}

int wantedThreads() {
  const char* asked = std::getenv("TF_NUM_INTRAOP_THREADS");
  const int count = asked == nullptr ? 0 : std::atoi(asked);
  return std::clamp(count > 0 ? count : static_cast<int>(std::thread::hardware_concurrency()), 1, 256);
}

}  // namespace

Threads& Threads::shared() {
  // Never destroyed: its threads may outlive the program's statics.
  static Threads* threads = new Threads(wantedThreads());
  return *threads;
}

Threads::Threads(int count) {
  for (int thread = 1; thread < count; ++thread) workers_.emplace_back([this, thread] { serve(thread); });
}

void Threads::share(int parts, const std::function<void(int, int)>& work) {
  const unsigned before = _mm_getcsr();
  _mm_setcsr(before | kFlush);
  work_ = &work;
  parts_ = parts;
  next_.store(0, std::memory_order_relaxed);
  busy_.store(static_cast<int>(workers_.size()), std::memory_order_relaxed);
  round_.fetch_add(1, std::memory_order_release);
  wake(round_);
  doShare(0);
  for (int left = busy_.load(std::memory_order_acquire); left != 0; left = busy_.load(std::memory_order_acquire))
    sleepWhile(busy_, left);
  _mm_setcsr(before);
}

void Threads::serve(int thread) {
  _mm_setcsr(_mm_getcsr() | kFlush);
  for (unsigned done = 0;; ++done) {
    sleepWhile(round_, done);
    doShare(thread);
    if (busy_.fetch_sub(1, std::memory_order_acq_rel) == 1) wake(busy_);
  }
}

void Threads::doShare(int thread) {
  for (int part = next_.fetch_add(1); part < parts_; part = next_.fetch_add(1)) (*work_)(thread, part);
}

}  // namespace denselab
