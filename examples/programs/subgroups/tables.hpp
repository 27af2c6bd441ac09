// The tables of `subgroups` as a reader sees them, beside the paper's.
#pragma once
#include <optional>
#include <string>

#include "programs/subgroups/analysis.hpp"
#include "support/page/section.hpp"
#include "unet/stats/bootstrap.hpp"

namespace app {

inline constexpr const char* no_value = "\u2013";

/// "0.932 [0.926, 0.937]", without the interval where there is none, a dash without a value.
std::string with_interval(const std::optional<double>& value, const std::optional<unet::Interval>& interval,
                          int decimals = 3);

/// "0.031", "< 0.001"; a dash without a value.
std::string p_text(const std::optional<double>& p);

/// The same in a sentence: "p < 0.001", "p = 0.032".
std::string p_sentence(const std::optional<double>& p);

/// The counts, beside those of the paper's Table 2 where both sex and finding are known.
Table counts_beside_paper(const SubgroupAnalysis& a);

/// With a column of the paper's Table 3, or without.
Table iou_by_class_table(const SubgroupAnalysis& a, bool with_paper = false);

Table tests_table(const SubgroupAnalysis& a);

/// The profile over ages in steps of a decade: the chart and the file have every year.
Table ages_table(const SubgroupAnalysis& a, int window);

}  // namespace app
