#include "support/text/numbers.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace app {

std::string exact(double value) {
  char text[32];
  return {text, std::to_chars(text, text + sizeof text, value).ptr};
}

std::string fixed(double value, int decimals) {
  if (!std::isfinite(value)) return "\u2013";
  if (std::abs(value) >= 1e15) return exact(value);
  char text[64];
  std::string result(text, std::to_chars(text, text + sizeof text, value, std::chars_format::fixed, decimals).ptr);
  const bool zero = result.find_first_not_of("-0.") == result.npos;
  return zero && result[0] == '-' ? result.substr(1) : result;
}

std::string significant(double value, int digits) {
  if (!std::isfinite(value)) return "\u2013";
  char text[64];
  return {text, std::to_chars(text, text + sizeof text, value, std::chars_format::general, digits).ptr};
}

std::string grouped(long long value) {
  std::string text = std::to_string(value);
  for (auto at = static_cast<long>(text.size()) - 3; at > (value < 0 ? 1 : 0); at -= 3)
    text.insert(static_cast<std::size_t>(at), ",");
  return text;
}

std::string counted(long long count, const std::string& noun) {
  return grouped(count) + " " + noun + (count == 1 ? "" : "s");
}

std::string duration(double seconds) {
  if (!std::isfinite(seconds)) return "\u2013";
  seconds = std::max(seconds, 0.0);
  if (seconds < 9.95) return fixed(seconds, 1) + " s";
  const auto whole = static_cast<long long>(std::min(seconds, 1e12) + 0.5);
  const auto two_digits = [](long long n) { return (n < 10 ? "0" : "") + std::to_string(n); };
  if (whole < 60) return std::to_string(whole) + " s";
  if (whole < 3600) return std::to_string(whole / 60) + ":" + two_digits(whole % 60) + " min";
  return std::to_string(whole / 3600) + ":" + two_digits(whole / 60 % 60) + ":" + two_digits(whole % 60) + " h";
}

}  // namespace app
