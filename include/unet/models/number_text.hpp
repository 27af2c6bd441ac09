// Lists of numbers as text, the same in every locale.
#pragma once
#include <charconv>
#include <string>
#include <string_view>
#include <vector>

#include "unet/core/finite.hpp"

namespace unet::detail {

/// "0, 12, -0.25, 1.5e-07": six significant digits.
inline std::string number_text(const std::vector<double>& values) {
  std::string text;
  for (const double value : values) {
    char digits[32];
    const auto end = std::to_chars(digits, digits + sizeof digits, value, std::chars_format::general, 6).ptr;
    text += (text.empty() ? "" : ", ") + std::string(digits, end);
  }
  return text;
}

/// Reads what number_text writes. False when it is anything else or a number is not finite.
inline bool read_numbers(std::string_view text, std::vector<double>& values) {
  const char *next = text.data(), *const end = next + text.size();
  while (true) {
    double value = 0;
    const auto [after, error] = std::from_chars(next, end, value);
    if (error != std::errc() || !is_finite(value)) return false;
    values.push_back(value);
    if (after == end) return true;
    if (end - after < 2 || after[0] != ',' || after[1] != ' ') return false;
    next = after + 2;
  }
}

}  // namespace unet::detail
