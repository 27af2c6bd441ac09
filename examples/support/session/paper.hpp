// The published study's figures: A. O. Andersen, "A Look into U-Net".
#pragma once

namespace app::paper {

/// Its training: IoU of the best epoch, and of the mean training mask as the prediction for every image.
inline constexpr double iou_train = 0.903, iou_validation = 0.893, iou_test = 0.897;
inline constexpr double baseline_train = 0.675, baseline_validation = 0.673, baseline_test = 0.676;
inline constexpr int best_epoch = 12;
inline constexpr double pos_weight = 2.972132932484872;
inline constexpr long long parameters = 7'765'409;

/// Table 1: images of the parts train, validation, test.
inline constexpr int images = 566, parts[3] = {340, 113, 113};

/// Table 2: images by finding and sex. (Its text says that 50.7 % are normal; these are 49.3 %.)
inline constexpr int normal_male = 187, normal_female = 92, abnormal_male = 202, abnormal_female = 85;

/// Table 3: IoU by finding and sex over all parts together; means are weighted by the size of the classes.
struct GroupIou {
  const char* group;
  double iou;
};
inline constexpr GroupIou iou_by_class[] = {
    {"normal male", 0.897}, {"normal female", 0.879}, {"abnormal male", 0.907}, {"abnormal female", 0.909},
    {"male", 0.902},        {"female", 0.894},        {"normal", 0.891},        {"abnormal", 0.908}};

/// Table 4: images of each class (rows) in each of its four clusters of latents. (They are 565: of abnormal men one less than
/// in Table 2.)
inline constexpr const char* classes[] = {"normal male", "abnormal male", "normal female", "abnormal female"};
inline constexpr int clusters[4][4] = {{8, 64, 64, 51}, {93, 34, 15, 59}, {7, 28, 44, 13}, {34, 15, 7, 29}};

}  // namespace app::paper
