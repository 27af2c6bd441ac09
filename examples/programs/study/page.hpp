// The study's report.html: contents, what was found, and the sections of all analyses on one page.
#pragma once
#include <string>
#include <vector>

#include "support/page/section.hpp"

namespace app {

/// An analysis that the report should have, and why it has not.
struct MissingSection {
  std::string id, title, reason;
};

/// A number in large letters, such as {"0.897", "test IoU", "paper 0.897"}.
struct Headline {
  std::string value, name, note;
};

struct StudyPage {
  std::string title, subtitle;
  std::vector<Headline> headlines;
  Section summary;                ///< comes first; the findings of all sections are collected in it
  std::vector<Section> sections;  ///< ids must differ
  std::vector<MissingSection> missing;
};

/// In the order of the section.
std::vector<Finding> findings_of(const Section& section);

/// The page as text. Everything that comes from outside is escaped.
std::string study_html(const StudyPage& page);

}  // namespace app
