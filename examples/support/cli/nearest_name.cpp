#include "support/cli/nearest_name.hpp"

#include <algorithm>
#include <numeric>
#include <string_view>

namespace app {

namespace {

std::string_view without_dashes(std::string_view name) {
  name.remove_prefix(std::min(name.find_first_not_of('-'), name.size()));
  return name;
}

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = row[0]++;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t changed = diagonal + (a[i] != b[j]);
      diagonal = row[j + 1];
      row[j + 1] = std::min({changed, row[j] + 1, row[j + 1] + 1});
    }
  }
  return row.back();
}

}  // namespace

std::string nearest_name(const std::string& given, const std::vector<std::string>& names) {
  const std::string_view wanted = without_dashes(given);
  std::string best;
  std::size_t least = wanted.size() / 3 + 1;  // more letters wrong, and it is another word
  for (const std::string& name : names) {
    const std::string_view known = without_dashes(name);
    const bool begins = wanted.size() >= 3 && known.starts_with(wanted);
    const std::size_t distance = begins ? 1 : edit_distance(wanted, known);
    if (distance < least || (best.empty() && distance == least)) best = name, least = distance;
  }
  return best;
}

}  // namespace app
