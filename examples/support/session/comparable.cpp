#include "support/session/comparable.hpp"

#include <algorithm>
#include <cctype>

#include "support/session/paper.hpp"

namespace app {

namespace {

/// Half of the study's 512, and half of its images: below that its structures and its tests are other ones.
constexpr unet::Index smallest_side = 256, fewest_images = paper::images / 2;

bool is_papers_id(const std::string& id) {
  constexpr std::string_view pattern = "CHNCXR_####_#";
  return id.size() == pattern.size() && std::equal(id.begin(), id.end(), pattern.begin(), [](char c, char expected) {
           return expected == '#' ? std::isdigit(static_cast<unsigned char>(c)) != 0 : c == expected;
         });
}

}  // namespace

bool are_papers_images(const DataSource& data) {
  return data.size() > 0 && std::all_of(data.ids().begin(), data.ids().end(), is_papers_id);
}

std::string not_comparable(const DataSource& data, const std::string& net) {
  const unet::Shape shape = data.shape();
  if (!are_papers_images(data)) return "the images are not the study's: their ids are not those of the Shenzhen set";
  if (data.size() < fewest_images)
    return "the images are only " + std::to_string(data.size()) + " of the study's " + std::to_string(paper::images);
  if (std::min(shape.h, shape.w) < smallest_side)
    return "the images were made " + std::to_string(shape.h) + " x " + std::to_string(shape.w) +
           " pixels large, the study's are 512 x 512";
  if (net != "paper") return "the net is '" + net + "', not the study's";
  return "";
}

std::string not_comparable(const Session& session) { return not_comparable(session.data(), session.model().net()); }

Table beside_paper(Table table, const DataSource& data) {
  if (are_papers_images(data)) return table;
  table.header.pop_back();
  for (auto& row : table.rows) row.pop_back();
  table.text_columns = std::min(table.text_columns, table.header.size());
  return table;
}

Finding beside_paper(Finding finding, const std::string& reason) {
  if (reason.empty() || finding.verdict == Finding::Verdict::note) return finding;
  finding.verdict = Finding::Verdict::not_comparable;
  finding.reason = reason;
  return finding;
}

}  // namespace app
