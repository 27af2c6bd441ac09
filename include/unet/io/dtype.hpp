// The element types of the safetensors format.
#pragma once
#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

namespace unet {

enum class DType { bool_, u8, i8, i16, u16, i32, u32, i64, u64, f16, bf16, f32, f64 };

namespace detail {

struct DTypeFacts {
  DType dtype;
  std::string_view name;  ///< in a safetensors header
  std::size_t size;       ///< bytes
};

/// In the order of DType.
inline constexpr std::array<DTypeFacts, 13> dtype_facts = {{{DType::bool_, "BOOL", 1},
                                                            {DType::u8, "U8", 1},
                                                            {DType::i8, "I8", 1},
                                                            {DType::i16, "I16", 2},
                                                            {DType::u16, "U16", 2},
                                                            {DType::i32, "I32", 4},
                                                            {DType::u32, "U32", 4},
                                                            {DType::i64, "I64", 8},
                                                            {DType::u64, "U64", 8},
                                                            {DType::f16, "F16", 2},
                                                            {DType::bf16, "BF16", 2},
                                                            {DType::f32, "F32", 4},
                                                            {DType::f64, "F64", 8}}};

}  // namespace detail

/// Bytes of one element.
constexpr std::size_t dtype_size(DType dtype) { return detail::dtype_facts[static_cast<std::size_t>(dtype)].size; }

/// The name in a safetensors header, "F32".
constexpr std::string_view dtype_name(DType dtype) { return detail::dtype_facts[static_cast<std::size_t>(dtype)].name; }

/// The type of that name, or nothing.
constexpr std::optional<DType> dtype_from_name(std::string_view name) {
  for (const auto& facts : detail::dtype_facts)
    if (facts.name == name) return facts.dtype;
  return std::nullopt;
}

}  // namespace unet
