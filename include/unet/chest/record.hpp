// What is known about the patient of an image, and how texts say it.
#pragma once
#include <algorithm>
#include <cctype>
#include <charconv>
#include <optional>
#include <string>
#include <string_view>

#include "unet/data/csv.hpp"

namespace unet {

enum class Sex { unknown, female, male };

inline const char* to_string(Sex sex) { return sex == Sex::female ? "female" : sex == Sex::male ? "male" : "unknown"; }

/// One image of a data set and its patient.
struct Record {
  std::string id;  ///< file stem of the image, such as CHNCXR_0001_0
  Sex sex = Sex::unknown;
  int age = -1;                  ///< in whole years; -1 when unknown
  std::optional<bool> abnormal;  ///< nothing when unknown
  std::string finding;           ///< as written by the radiologist
};

/// "Female ", "f", "MALE": by the first letters, anything else is unknown.
inline Sex parse_sex(std::string_view text) {
  const std::string word = lower_case(trim(text));
  if (word == "f" || word.starts_with("fem")) return Sex::female;
  if (word == "m" || word.starts_with("mal")) return Sex::male;
  return Sex::unknown;
}

/// Years from texts such as "45", "45yrs", "8 months" (less than a year is 0); nothing when it starts with no number
/// or says more than 150 years.
inline std::optional<int> parse_age(std::string_view text) {
  const std::string word = lower_case(trim(text));
  int number = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), number);
  if (error != std::errc{}) return {};
  const std::string unit = trim(std::string_view(word).substr(static_cast<std::size_t>(end - word.data())));
  if (unit.starts_with("m")) number /= 12;
  if (unit.starts_with("w")) number /= 52;
  if (unit.starts_with("d")) number /= 365;
  if (number < 0 || number > 150) return {};
  return number;
}

/// Ids of the published sets (letters, four digits, then 0 for normal or 1 for abnormal: CHNCXR_0001_0) say it
/// themselves; otherwise the finding does, when there is one.
inline std::optional<bool> parse_abnormal(std::string_view id, std::string_view finding) {
  const std::size_t tail = id.size() > 7 ? id.size() - 7 : 0;
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  const auto letter = [](char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0; };
  if (tail > 0 && id[tail] == '_' && id[tail + 5] == '_' && (id.back() == '0' || id.back() == '1') &&
      std::all_of(id.begin(), id.begin() + static_cast<std::ptrdiff_t>(tail), letter) &&
      std::all_of(id.end() - 6, id.end() - 2, digit))
    return id.back() == '1';
  const std::string text = lower_case(trim(finding));
  if (text.empty()) return {};
  return text != "normal";
}

}  // namespace unet
