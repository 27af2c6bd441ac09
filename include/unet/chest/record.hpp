// What is known about the patient of an image, from the tables and texts that come with chest X-ray sets.
#pragma once
#include <algorithm>
#include <cctype>
#include <charconv>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

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

/// "CHNCXR_0001_0" from "CHNCXR_0001_0.png" or the bare id.
inline std::string image_id(std::string_view name) {
  const std::string text = trim(name);
  for (const std::string_view extension : {".png", ".jpg", ".jpeg", ".bmp"})
    if (lower_case(text).ends_with(extension)) return text.substr(0, text.size() - extension.size());
  return text;
}

/// Reads a table with the columns study_id,sex,age,findings; records by id. Throws FileError with the line of an empty
/// or repeated id, or of an age that is no number (empty and "unknown" are allowed).
inline std::map<std::string, Record> read_metadata(const std::filesystem::path& path) {
  const CsvTable table(path, {"study_id", "sex", "age", "findings"});
  std::map<std::string, Record> records;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    Record r;
    r.id = image_id(table.at(row, "study_id"));
    if (r.id.empty()) throw table.row_error(row, "study_id is empty; fill it in or remove the line");
    r.sex = parse_sex(table.at(row, "sex"));
    const std::string& age = table.at(row, "age");
    if (!age.empty() && lower_case(age) != "unknown") {
      const auto years = parse_age(age);
      if (!years) throw table.row_error(row, "age '" + age + "' is no number of years; correct it or leave it empty");
      r.age = *years;
    }
    r.finding = table.at(row, "findings");
    r.abnormal = parse_abnormal(r.id, r.finding);
    if (!records.emplace(r.id, r).second)
      throw table.row_error(row, "study_id '" + r.id + "' is there twice; remove one of the lines");
  }
  return records;
}

/// Reads one text of ClinicalReadings/: sex and age on the first line ("male 45yrs", "Female, 8 months"), then the
/// finding. The file's stem is the id. What can not be understood stays unknown.
inline Record read_clinical_reading(const std::filesystem::path& path) {
  const auto bytes = read_file(path);
  std::string text(bytes.begin(), bytes.end());
  if (text.starts_with("\xEF\xBB\xBF")) text.erase(0, 3);
  text = trim(text);
  const std::string first = text.substr(0, text.find('\n'));
  Record r;
  r.id = path.stem().string();
  const auto letter = [](char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0; };
  const auto digit = [](char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; };
  r.sex = parse_sex(std::string(first.begin(), std::find_if_not(first.begin(), first.end(), letter)));
  r.age = parse_age(std::string(std::find_if(first.begin(), first.end(), digit), first.end())).value_or(-1);
  for (const char c : text.substr(first.size())) {  // line ends and runs of blanks become one blank
    const bool blank = std::isspace(static_cast<unsigned char>(c)) != 0;
    if (!blank)
      r.finding += c;
    else if (!r.finding.empty() && r.finding.back() != ' ')
      r.finding += ' ';
  }
  r.finding = trim(r.finding);
  r.abnormal = parse_abnormal(r.id, r.finding);
  return r;
}

}  // namespace unet
