// What is known about the patients of a data set: from a table, or from the texts of the original distribution.
#pragma once
#include <algorithm>
#include <cctype>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "unet/chest/record.hpp"
#include "unet/data/csv.hpp"
#include "unet/data/file.hpp"
#include "unet/data/image_files.hpp"

namespace unet {

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

/// A record for each of the ids, in their order, from `shenzhen_metadata.csv`, else `metadata.csv`, else
/// `ClinicalReadings/<id>.txt` in the folder of a data set. What none of them tells stays unknown; abnormal or not may
/// follow from the id. Throws what read_metadata and read_file throw.
inline std::vector<Record> read_records(const std::filesystem::path& folder, std::span<const std::string> ids) {
  std::vector<Record> records;
  for (const std::string& id : ids) {
    records.emplace_back();
    records.back().id = id;
    records.back().abnormal = parse_abnormal(id, "");
  }
  const auto add = [](Record& to, const Record& from) {
    to = {to.id, from.sex, from.age, from.abnormal, from.finding};
  };
  for (const char* name : {"shenzhen_metadata.csv", "metadata.csv"}) {
    if (!std::filesystem::exists(folder / name)) continue;
    const auto table = read_metadata(folder / name);
    for (Record& record : records)
      if (const auto found = table.find(record.id); found != table.end()) add(record, found->second);
    return records;
  }
  for (Record& record : records) {
    const auto text = folder / "ClinicalReadings" / (record.id + ".txt");
    if (std::filesystem::exists(text)) add(record, read_clinical_reading(text));
  }
  return records;
}

}  // namespace unet
