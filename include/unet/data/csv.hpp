// Comma-separated values (RFC 4180): tables with a header row, read with the line number of every mistake.
#pragma once
#include <algorithm>
#include <cctype>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "unet/core/error.hpp"
#include "unet/data/file.hpp"

namespace unet {

/// Without blanks at both ends.
inline std::string trim(std::string_view text) {
  constexpr std::string_view blanks = " \t\r\n\v\f";
  const auto first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  return std::string(text.substr(first, text.find_last_not_of(blanks) - first + 1));
}

/// Lower case of the letters A to Z.
inline std::string lower_case(std::string_view text) {
  std::string result(text);
  for (char& c : result) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return result;
}

/// A field as it has to be written: in quotes when it contains a comma, a quote, a line end or blanks at an end.
inline std::string csv_field(std::string_view text) {
  if (text.find_first_of(",\"\r\n") == std::string_view::npos && trim(text) == text) return std::string(text);
  std::string quoted(1, '"');
  for (const char c : text) quoted.append(c == '"' ? 2 : 1, c);
  quoted.push_back('"');
  return quoted;
}

/// A table whose first row names the columns. Fields may be quoted; unquoted ones lose blanks at their ends; empty
/// lines are skipped; a byte order mark and either kind of line end are accepted.
class CsvTable {
 public:
  /// Reads a file and checks that it has the columns `required` (names compare without case; more columns are fine).
  /// Throws FileError with file and line.
  explicit CsvTable(std::filesystem::path path, const std::vector<std::string>& required = {})
      : path_(std::move(path)) {
    const auto bytes = read_file(path_);
    parse(std::string(bytes.begin(), bytes.end()));
    if (rows_.empty()) throw FileError(path_.string() + ": no header line; the first line must name the columns");
    header_ = std::move(rows_.front());
    rows_.erase(rows_.begin());
    for (std::size_t i = 0; i < header_.fields.size(); ++i) {
      std::string& name = header_.fields[i];
      name = lower_case(name);
      if (!columns_.emplace(name, i).second)
        throw error(header_.line, "column '" + name + "' is there twice; rename or remove one");
    }
    for (const auto& name : required)
      if (!has(name))
        throw error(header_.line, "no column '" + name + "' (found: " + join(header_.fields) +
                                      "); the first line must name at least " + join(required));
    for (const auto& row : rows_)
      if (row.fields.size() != header_.fields.size())
        throw error(row.line, std::to_string(row.fields.size()) + " fields where the header has " +
                                  std::to_string(header_.fields.size()) + "; quote fields that contain commas");
  }

  std::size_t rows() const { return rows_.size(); }
  bool has(std::string_view column) const { return index(column) < header_.fields.size(); }

  /// Field of a row, by column name. Throws OptionError when there is no such column.
  const std::string& at(std::size_t row, std::string_view column) const {
    const std::size_t i = index(column);
    if (i == header_.fields.size())
      throw OptionError(path_.string() + ": no column '" + std::string(column) + "'; it has " + join(header_.fields));
    return rows_.at(row).fields[i];
  }

  /// Line of the file in which a row starts, from 1.
  std::size_t line(std::size_t row) const { return rows_.at(row).line; }

  /// An error that names this file and the line of a row.
  FileError row_error(std::size_t row, const std::string& message) const { return error(line(row), message); }

 private:
  struct Row {
    std::size_t line = 0;
    std::vector<std::string> fields;
  };

  static std::string join(const std::vector<std::string>& names) {
    std::string text;
    for (const auto& name : names) text += (text.empty() ? "" : ",") + name;
    return text;
  }

  std::size_t index(std::string_view column) const {
    const auto found = columns_.find(lower_case(column));
    return found == columns_.end() ? header_.fields.size() : found->second;
  }

  FileError error(std::size_t line, const std::string& message) const {
    return FileError(path_.string() + ", line " + std::to_string(line) + ": " + message);
  }

  void parse(std::string_view text) {
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
    if (text.find('\0') != std::string_view::npos)
      throw FileError(path_.string() + ": contains binary data; a CSV text file is needed");
    std::size_t at = 0, line = 1;
    while (at < text.size()) {
      Row row{line, {}};
      do row.fields.push_back(field(text, at, line));
      while (at < text.size() && text[at++] == ',');
      ++line;
      if (row.fields.size() > 1 || !row.fields[0].empty()) rows_.push_back(std::move(row));
    }
  }

  /// Reads one field and stops at the comma or line end after it.
  std::string field(std::string_view text, std::size_t& at, std::size_t& line) const {
    while (at < text.size() && (text[at] == ' ' || text[at] == '\t')) ++at;
    std::string value;
    if (at < text.size() && text[at] == '"') {
      const std::size_t start = line;
      for (++at;; ++at) {
        if (at == text.size()) throw error(start, "a quote is opened and never closed");
        if (text[at] == '"') {
          if (at + 1 == text.size() || text[at + 1] != '"') break;
          ++at;
        }
        line += text[at] == '\n';
        value += text[at];
      }
      const std::size_t end = std::min(text.find_first_of(",\n", ++at), text.size());
      if (!trim(text.substr(at, end - at)).empty()) throw error(line, "text after a closing quote");
      at = end;
    } else {
      const std::size_t end = std::min(text.find_first_of(",\n", at), text.size());
      value = trim(text.substr(at, end - at));
      at = end;
    }
    return value;
  }

  std::filesystem::path path_;
  Row header_;
  std::map<std::string, std::size_t> columns_;  ///< by name in lower case
  std::vector<Row> rows_;
};

}  // namespace unet
