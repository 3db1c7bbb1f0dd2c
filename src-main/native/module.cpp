// The library as Node loads it: `available` tells whether this processor can run the operations and TensorFlow took them.
#include <node_api.h>

#include "operations.h"

namespace {

bool processorFits() {
  __builtin_cpu_init();
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") &&
         __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("fma");
}

}  // namespace

extern "C" __attribute__((visibility("default"))) napi_value napi_register_module_v1(napi_env env, napi_value exports) {
  static const bool available = processorFits() && denselab::registerOperations();
  napi_value value;
  if (napi_get_boolean(env, available, &value) == napi_ok) napi_set_named_property(env, exports, "available", value);
  return exports;
}
