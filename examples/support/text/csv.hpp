// Tables as comma-separated values.
#pragma once
#include <string>
#include <vector>

namespace app {

/// A cell of a table that people open in a spreadsheet: what would be taken for a formula there, because it begins with = + - @
/// (or a tab or line end before one) and is not a number, gets an apostrophe before it, so that it is shown and not computed.
/// Spreadsheets know that mark, and OWASP names it ("CSV Injection"). Tables that programs read again, where a name must stay
/// the same, use unet::csv_field.
std::string csv_cell(const std::string& text);

/// Comma-separated values with a header row (RFC 4180), guarded like csv_cell.
std::string csv(const std::vector<std::string>& header, const std::vector<std::vector<std::string>>& rows);

}  // namespace app
