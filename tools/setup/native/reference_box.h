// Included before better-sqlite3's source. It keeps references to strings, which Node-API knows only from level 10 on;
// below, a reference may hold an object or a function. So any other value goes into an array of one, and the reference
// to that array is told apart by its lowest bit, which is free because references point to aligned memory.
#pragma once

#include <cstdint>
#include <node_api.h>

namespace reference_box {

inline bool is_boxed(napi_ref reference) { return (reinterpret_cast<std::uintptr_t>(reference) & 1u) != 0; }

inline napi_ref flip(napi_ref reference) {
  return reinterpret_cast<napi_ref>(reinterpret_cast<std::uintptr_t>(reference) ^ 1u);
}

inline napi_ref plain(napi_ref reference) { return is_boxed(reference) ? flip(reference) : reference; }

inline napi_status create(napi_env env, napi_value value, std::uint32_t count, napi_ref* result) {
  napi_valuetype type;
  napi_status status = napi_typeof(env, value, &type);
  if (status != napi_ok) return status;
  if (type == napi_object || type == napi_function || type == napi_external) {
    return napi_create_reference(env, value, count, result);
  }
  napi_value box;
  status = napi_create_array_with_length(env, 1, &box);
  if (status == napi_ok) status = napi_set_element(env, box, 0, value);
  if (status == napi_ok) status = napi_create_reference(env, box, count, result);
  if (status == napi_ok) *result = flip(*result);
  return status;
}

inline napi_status get_value(napi_env env, napi_ref reference, napi_value* result) {
  if (!is_boxed(reference)) return napi_get_reference_value(env, reference, result);
  napi_value box;
  napi_status status = napi_get_reference_value(env, flip(reference), &box);
  if (status != napi_ok) return status;
  if (box == nullptr) {
    *result = nullptr;
    return napi_ok;
  }
  return napi_get_element(env, box, 0, result);
}

inline napi_status destroy(napi_env env, napi_ref reference) { return napi_delete_reference(env, plain(reference)); }

inline napi_status ref(napi_env env, napi_ref reference, std::uint32_t* count) {
  return napi_reference_ref(env, plain(reference), count);
}

inline napi_status unref(napi_env env, napi_ref reference, std::uint32_t* count) {
  return napi_reference_unref(env, plain(reference), count);
}

}  // namespace reference_box

#define napi_create_reference reference_box::create
#define napi_get_reference_value reference_box::get_value
#define napi_delete_reference reference_box::destroy
#define napi_reference_ref reference_box::ref
#define napi_reference_unref reference_box::unref
