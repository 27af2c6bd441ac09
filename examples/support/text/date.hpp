// Dates for readers.
#pragma once
#include <ctime>
#include <string>

namespace app {

/// "2024-05-31 14:07 UTC".
std::string date_text(std::time_t time);

}  // namespace app
