#include "operations.h"

namespace denselab {

bool processorFits() {
  __builtin_cpu_init();
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") &&
         __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("fma");
}

bool processorHasBfloat16() {
  __builtin_cpu_init();
  return processorFits() && __builtin_cpu_supports("avx512bf16");
}

}  // namespace denselab
