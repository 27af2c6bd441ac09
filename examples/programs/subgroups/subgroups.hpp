// How well groups of patients are served: the paper's Tables 2 and 3 and its Figure 4, with intervals and tests.
#pragma once
#include <string>
#include <vector>

#include "programs/subgroups/analysis.hpp"
#include "support/page/section.hpp"
#include "support/session/result_folder.hpp"
#include "support/session/session.hpp"
#include "unet/core/shape.hpp"

namespace app {

/// What run_subgroups writes.
inline const std::vector<std::string> subgroup_files = {
    "counts.csv", "iou_by_class.csv", "iou_by_class.svg", "iou_by_age.csv", "iou_by_age.svg", "tests.csv", "tests.svg"};

/// "All 566 images" or "The 113 images of the part test"; says when the model was trained on some of them.
std::string which_images(const Session& session, const std::string& part, const std::vector<unet::Index>& images);

/// Writes subgroup_files to `out`. Throws unet::OptionError, unet::FileError, Interrupted.
Section run_subgroups(Session& session, const SubgroupOptions& options, const ResultFolder& out);

}  // namespace app
