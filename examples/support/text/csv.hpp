// Tables as comma-separated values.
#pragma once
#include <string>
#include <vector>

namespace app {

/// Comma-separated values with a header row (RFC 4180).
std::string csv(const std::vector<std::string>& header, const std::vector<std::vector<std::string>>& rows);

}  // namespace app
