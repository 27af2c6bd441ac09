// What the numbers of `subgroups` say, in sentences computed from them.
#pragma once
#include <string>
#include <vector>

#include "programs/subgroups/analysis.hpp"

namespace app {

/// What can not be told because metadata are missing, or must be read with care; empty when all is known.
std::vector<std::string> missing_metadata(const SubgroupAnalysis& a);

/// Whether the classes have as many images as in the paper's Table 2.
std::string counts_sentence(const SubgroupAnalysis& a);

/// Sentences about groups; those about ages are apart.
std::vector<std::string> group_sentences(const SubgroupAnalysis& a);

std::vector<std::string> age_sentences(const SubgroupAnalysis& a, int window);

}  // namespace app
