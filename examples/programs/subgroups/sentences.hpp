// What the numbers of `subgroups` say, in sentences computed from them.
#pragma once
#include <string>
#include <vector>

#include "programs/subgroups/analysis.hpp"
#include "support/page/section.hpp"

namespace app {

/// What can not be told because metadata are missing, or must be read with care; empty when all is known.
std::vector<std::string> missing_metadata(const SubgroupAnalysis& a);

/// Whether the classes have as many images as in the paper's Table 2.
std::string counts_sentence(const SubgroupAnalysis& a);

/// Sentences about groups; those about ages are apart.
std::vector<std::string> group_sentences(const SubgroupAnalysis& a);

/// The paper's claim that patients of ages with more images are served better, tested at both ends.
/// `a.age_ends` has a value.
Finding age_ends_finding(const SubgroupAnalysis& a);

std::vector<std::string> age_sentences(const SubgroupAnalysis& a, int window);

}  // namespace app
