// JSON for readers.
#pragma once
#include <string>
#include <string_view>

namespace app {

/// The same JSON, written without blanks, in lines: two blanks for each level.
std::string in_lines(std::string_view json);

}  // namespace app
