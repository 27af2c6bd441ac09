// What a program was built with and runs on, for reports.
#pragma once
#include <string>

namespace app {

std::string compiler_name();

/// As Linux names it; "unknown" where it does not.
std::string processor_name();

}  // namespace app
