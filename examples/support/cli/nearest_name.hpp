// What a user may have meant by a name that does not exist.
#pragma once
#include <string>
#include <vector>

namespace app {

/// The name that fewest letters must be changed, added or left out for (Levenshtein, "Binary codes capable of correcting
/// deletions, insertions, and reversals", 1966), or that begins as the given one. Empty when none comes near.
std::string nearest_name(const std::string& given, const std::vector<std::string>& names);

}  // namespace app
