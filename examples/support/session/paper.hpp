// The published study's figures, as far as we hold them. What is not here is not known to these programs.
#pragma once

namespace app::paper {

inline constexpr double iou_train = 0.903, iou_validation = 0.893, iou_test = 0.897;
/// Of the mean training mask.
inline constexpr double baseline_train = 0.675, baseline_validation = 0.673, baseline_test = 0.676;
/// Its Table 2: images by sex and finding.
inline constexpr int normal_male = 187, normal_female = 92, abnormal_male = 202, abnormal_female = 85;
inline constexpr int images = 566, parts[3] = {340, 113, 113};
inline constexpr double pos_weight = 2.97;
inline constexpr long long parameters = 7'765'409;

}  // namespace app::paper
