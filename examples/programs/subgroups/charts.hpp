// Charts of groups and of the differences between them.
#pragma once
#include <string>

#include "programs/subgroups/analysis.hpp"

namespace app {

/// A row for each group, the model on one axis, the baseline on another: their differences are of other sizes.
std::string iou_by_class_svg(const SubgroupAnalysis& a);

std::string tests_svg(const SubgroupAnalysis& a);

}  // namespace app
