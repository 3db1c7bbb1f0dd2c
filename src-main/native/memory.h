// Large memory that is used again from step to step: the system clears every page that it gives, which takes a tenth of a step.
#pragma once

#include <cstddef>
#include <memory>

namespace denselab {

// Memory for so many floats, aligned to cache lines, with anything in it; throws std::bad_alloc.
float* takeMemory(std::size_t floats);
void giveMemory(float* memory);

struct MemoryGiver {
  void operator()(float* memory) const { giveMemory(memory); }
};
using Memory = std::unique_ptr<float, MemoryGiver>;

}  // namespace denselab
