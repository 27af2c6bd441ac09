// A trained model beside the data that it is explained on: what every analysis starts from.
#pragma once
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "support/nets/compiled_net.hpp"
#include "support/session/choices.hpp"
#include "support/session/data_source.hpp"
#include "support/session/session_options.hpp"

namespace app {

class Session {
 public:
  /// Loads model and data. For a run folder, data, size, seed and split are the run's unless the options say otherwise.
  /// Prints what a user should know. `check` refuses what does not fit before any image is decoded. Throws OptionError,
  /// FileError, and what `check` throws.
  explicit Session(const SessionOptions& options, const std::function<void(const Choices&)>& check = {});

  TrainedModel& model() const { return *model_; }
  const DataSource& data() const { return *data_; }
  const Choices& choices() const { return choices_; }
  const unet::Split& split() const { return choices_.split; }
  std::uint64_t seed() const { return seed_; }
  /// Run folder of `train`; empty when the model is a single file.
  const std::filesystem::path& run() const { return run_; }
  const SessionOptions& options() const { return options_; }
  /// Folder or "phantom".
  const std::string& data_name() const { return data_options_.data; }

  /// See Choices.
  std::vector<unet::Index> images(const std::string& part) const { return choices_.images(part); }
  unet::Index find(const std::string& id) const { return choices_.find(id); }
  /// Nothing when the split leaves the image out.
  std::optional<unet::Part> part_of(unet::Index image) const { return parts_[static_cast<std::size_t>(image)]; }
  const unet::Record& record(unet::Index image) const { return data_->record(image); }

  /// Background / foreground pixels of the training masks: the weight in the loss.
  double pos_weight() const { return pos_weight_; }
  /// The mean training mask thresholded at 0.5, height x width.
  const std::vector<std::uint8_t>& mean_mask() const { return mean_mask_; }
  /// IoU of the mean training mask with each image's truth.
  const std::vector<double>& baseline_iou() const { return baseline_iou_; }

  /// Loss, IoU and Dice of each image of data(); computed when first asked for, with progress.
  const std::vector<unet::ImageResult>& results();

  /// One image and its mask, 1 x H x W x C and 1 x H x W x 1.
  struct Sample {
    unet::HostTensor<float> image, target;
  };
  Sample sample(unet::Index image) const;

 private:
  void read_run();
  void choose_size();
  void choose_split(const std::vector<std::string>& ids);
  void warn_of_unlike_images() const;
  void read_masks();

  SessionOptions options_;
  std::filesystem::path run_;
  std::unique_ptr<TrainedModel> model_;
  DataOptions data_options_;
  std::uint64_t seed_ = 0;
  bool own_data_ = false;  // the data that the run was trained on
  std::unique_ptr<DataSource> data_;
  Choices choices_;
  std::vector<std::optional<unet::Part>> parts_;
  double pos_weight_ = 1;
  std::vector<std::uint8_t> mean_mask_;
  std::vector<double> baseline_iou_;
  std::vector<unet::ImageResult> results_;
};

}  // namespace app
