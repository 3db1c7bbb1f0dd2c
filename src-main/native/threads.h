// A few threads that wait for work. Work comes in numbered parts which do not depend on who does them, so that results repeat
// bit for bit, whatever the number of threads and however busy the machine.
#pragma once

#include <atomic>
#include <functional>
#include <thread>
#include <vector>

namespace denselab {

class Threads {
 public:
  // As many as TensorFlow has for one operation (TF_NUM_INTRAOP_THREADS), or as the machine has cores.
  static Threads& shared();

  int count() const { return static_cast<int>(workers_.size()) + 1; }

  // Calls work(thread, part) for each part once; returns when all are done.
  void share(int parts, const std::function<void(int, int)>& work);

 private:
  explicit Threads(int count);
  void serve(int thread);
  void doShare(int thread);

  std::vector<std::thread> workers_;
  const std::function<void(int, int)>* work_ = nullptr;
  int parts_ = 0;
  std::atomic<int> next_{0};
  std::atomic<unsigned> round_{0};
  std::atomic<int> busy_{0};
};

}  // namespace denselab
