#include "scratch.h"

#include <cstdlib>
#include <new>

namespace denselab {

Memory& Memory::shared() {
  // Never destroyed, as the threads that use it are not.
  static Memory* memory = new Memory();
  return *memory;
}

Memory::Block Memory::take(std::size_t floats) {
  const std::lock_guard<std::mutex> guard(mutex_);
  const auto fits = [&](const Block& block) { return block.size >= floats; };
  const auto found = std::find_if(free_.begin(), free_.end(), fits);
  if (found != free_.end()) {
    const Block block = *found;
    free_.erase(found);
    return block;
  }
  // One that is too small makes room for the one that is needed: no more is held than was needed at one time.
  if (!free_.empty()) {
    std::free(free_.back().floats);
    free_.pop_back();
  }
  const std::size_t size = std::max<std::size_t>(16, (floats + 15) / 16 * 16);
  void* memory = std::aligned_alloc(64, size * sizeof(float));
  if (memory == nullptr) throw std::bad_alloc();
  return {static_cast<float*>(memory), size};
}

void Memory::giveBack(Block block) {
  const std::lock_guard<std::mutex> guard(mutex_);
  const auto larger = [&](const Block& other) { return other.size >= block.size; };
  free_.insert(std::find_if(free_.begin(), free_.end(), larger), block);
}

}  // namespace denselab
