// The tables of `subgroups` as files. Numbers read back exactly; what is not known is empty.
#pragma once
#include <string>

#include "programs/subgroups/analysis.hpp"
#include "support/page/section.hpp"

namespace app {

/// Images by finding (rows) and sex (columns), as in the paper's Table 2. What nobody's record says has no row or column.
Table counts(const SubgroupAnalysis& a);

std::string counts_csv(const SubgroupAnalysis& a);

std::string iou_by_class_csv(const SubgroupAnalysis& a);

std::string iou_by_age_csv(const SubgroupAnalysis& a);

/// Every difference, and last the worst-group gap, which is a difference chosen for being the largest and has no p-value.
std::string tests_csv(const SubgroupAnalysis& a);

}  // namespace app
