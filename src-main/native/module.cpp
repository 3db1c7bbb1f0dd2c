// The library as Node loads it: `available` tells whether this processor can run the operations and TensorFlow took them,
// `bfloat16` whether it can run them in bfloat16 as well.
#include <node_api.h>

#include "operations.h"

namespace {

void tell(napi_env env, napi_value exports, const char* name, bool holds) {
  napi_value value;
  if (napi_get_boolean(env, holds, &value) == napi_ok) napi_set_named_property(env, exports, name, value);
}

}  // namespace

extern "C" __attribute__((visibility("default"))) napi_value napi_register_module_v1(napi_env env, napi_value exports) {
  static const bool available = denselab::processorFits() && denselab::registerOperations();
  tell(env, exports, "available", available);
  tell(env, exports, "bfloat16", available && denselab::processorHasBfloat16());
  return exports;
}
