#include "memory.h"

#include <algorithm>
#include <cstdlib>
#include <mutex>
#include <new>
#include <vector>

namespace denselab {

namespace {

// Smaller ones are left to malloc, which keeps them itself.
constexpr std::size_t kLarge = 1u << 16;
// A piece serves for what is at least so much of it.
constexpr std::size_t kShare = 4;
// A piece that was not used while so many others were is given back: the network or the batch is another one.
constexpr unsigned long kPatience = 20000;

// Lies before the memory, on a cache line of its own.
struct alignas(64) Piece {
  std::size_t bytes;
  unsigned long used;
};

class Pool {
 public:
  Piece* take(std::size_t bytes) {
    const std::lock_guard<std::mutex> lock(mutex_);
    ++taken_;
    free_.erase(std::remove_if(free_.begin(), free_.end(), [&](Piece* piece) { return tooOld(piece); }), free_.end());
    auto best = free_.end();
    for (auto each = free_.begin(); each != free_.end(); ++each) {
      const bool fits = (*each)->bytes >= bytes && (*each)->bytes / kShare <= bytes;
      if (fits && (best == free_.end() || (*each)->bytes < (*best)->bytes)) best = each;
    }
    if (best == free_.end()) return nullptr;
    Piece* piece = *best;
    free_.erase(best);
    return piece;
  }

  void give(Piece* piece) {
    const std::lock_guard<std::mutex> lock(mutex_);
    piece->used = taken_;
    free_.push_back(piece);
  }

 private:
  bool tooOld(Piece* piece) const {
    if (taken_ - piece->used <= kPatience) return false;
    std::free(piece);
    return true;
  }

  std::mutex mutex_;
  std::vector<Piece*> free_;
  unsigned long taken_ = 0;
};

Pool& pool() {
  // Never destroyed: TensorFlow may give tensors back after the program's statics are gone.
  static Pool* shared = new Pool;
  return *shared;
}

}  // namespace

float* takeMemory(std::size_t floats) {
  const std::size_t bytes = (floats * sizeof(float) + sizeof(Piece) - 1) / sizeof(Piece) * sizeof(Piece);
  Piece* piece = bytes < kLarge ? nullptr : pool().take(bytes);
  if (piece == nullptr) {
    piece = static_cast<Piece*>(std::aligned_alloc(sizeof(Piece), sizeof(Piece) + bytes));
    if (piece == nullptr) throw std::bad_alloc();
    piece->bytes = bytes;
  }
  return reinterpret_cast<float*>(piece + 1);
}

void giveMemory(float* memory) {
  Piece* piece = reinterpret_cast<Piece*>(memory) - 1;
  if (piece->bytes < kLarge) std::free(piece);
  else pool().give(piece);
}

}  // namespace denselab
