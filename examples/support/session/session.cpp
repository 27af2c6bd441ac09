// Loading what an analysis starts from, and the results that several of them need.

#include "support/session/session.hpp"

#include <algorithm>
#include <numeric>

#include "support/cli/task_progress.hpp"
#include "support/nets/weights_file.hpp"
#include "support/session/train_options.hpp"
#include "unet/core/finite.hpp"
#include "unet/data/baseline.hpp"
#include "unet/data/image.hpp"

namespace app {

using unet::Index;

namespace {

void say(const std::string& text) { std::fprintf(stderr, "%s\n", text.c_str()); }

/// Throws FileError when best.safetensors of a run folder is not of the run that its other files are of: two runs may have been
/// copied or written into one folder. Files of versions before 0.2 do not say of which run they are.
void check_same_run(const TrainProgram& run) {
  const unet::SafetensorsReader file = open_weights(run.resume);
  const auto refuse = [&](const std::string& what, const std::string& why) {
    throw unet::FileError(file.path().string() + ": is not of the run that " + (run.resume / what).string() +
                          " is of (" + why + "); the folder holds files of two runs: train again, or restore them");
  };
  const auto config = file.metadata().find("config"), split = file.metadata().find("split");
  if (config == file.metadata().end() || split == file.metadata().end()) return;
  if (const auto changes = config_changes(run, config->second); !changes || !changes->empty())
    refuse("config.json", changes ? *changes : "it is not JSON");
  std::error_code trouble;
  if (!std::filesystem::exists(run.resume / "split.csv", trouble)) return;
  const std::vector<std::uint8_t> bytes = unet::read_file(run.resume / "split.csv");
  if (split->second != std::string(bytes.begin(), bytes.end())) refuse("split.csv", "other images are in its parts");
}

}  // namespace

Session::Session(const SessionOptions& options, const std::function<void(const Choices&)>& check) : options_(options) {
  use_threads(options_.threads);
  model_ = load_trained_model(options_.model, options_.backend);
  read_run();
  choose_size();
  choices_.layers = model_->layers();
  choices_.side = data_options_.size;
  data_ = std::make_unique<DataSource>(data_options_, say, [&](const std::vector<std::string>& ids) {
    choices_.ids = ids;
    choose_split(ids);
    if (check) check(choices_);
  });
  if (!own_data_) warn_of_unlike_images();
  read_masks();
  catch_interrupts();
}

void Session::read_run() {
  std::error_code trouble;
  TrainProgram trained;
  if (std::filesystem::is_directory(options_.model, trouble)) {
    run_ = options_.model;
    trained.resume = run_;
    read_config(trained);
    check_same_run(trained);
    data_options_ = trained.data;
    seed_ = data_options_.seed = trained.recipe.seed;
    own_data_ = options_.data.empty() || options_.data == data_options_.data;
  }
  if (!options_.data.empty()) data_options_.data = options_.data;
  if (run_.empty() && options_.data.empty())
    throw unet::OptionError(
        "--data is missing: a weights file does not say which images to use; name a folder, or phantom");
  if (options_.count) {
    if (*options_.count < 5)
      throw unet::OptionError("--count must be at least 5, or some part of the split would be empty");
    own_data_ = own_data_ && (data_options_.data != "phantom" || *options_.count == data_options_.count);
    data_options_.count = *options_.count;
  }
  if (options_.seed) {
    seed_ = *options_.seed;
    if (!own_data_) data_options_.seed = seed_;
  }
}

void Session::choose_size() {
  const Index divisor = model_->divisor();
  if (run_.empty()) {
    const unet::SafetensorsReader file = open_weights(options_.model);
    const Index height = stated_size(file, "height"), width = stated_size(file, "width");
    if (!options_.size && (height == 0 || height != width))
      throw unet::OptionError("--size is missing: " + file.path().string() +
                              " does not say which size it was trained for");
    data_options_.size = height;
  }
  const Index trained = data_options_.size;
  if (options_.size) data_options_.size = *options_.size;
  const Index size = data_options_.size;
  if (size < divisor || size % divisor != 0 || size > unet::ImageLimits{}.max_side)
    throw unet::OptionError("--size " + std::to_string(size) + " does not fit: the net takes multiples of " +
                            std::to_string(divisor) + " up to " + std::to_string(unet::ImageLimits{}.max_side));
  if (trained != 0 && trained != size)
    say("note: the model was trained at " + std::to_string(trained) + " x " + std::to_string(trained) +
        ", and is now used at " + std::to_string(size) + " x " + std::to_string(size));
}

void Session::choose_split(const std::vector<std::string>& ids) {
  if (!options_.split.empty()) {
    choices_.split = unet::read_split(options_.split, ids);
  } else if (own_data_ && std::filesystem::exists(run_ / "split.csv")) {
    choices_.split = unet::read_split(run_ / "split.csv", ids);
  } else {
    choices_.split = unet::random_split(ids, seed_);
    say("note: the split is drawn from seed " + std::to_string(seed_) +
        "; images that the model was trained on may be in any part. --split names the one to use");
  }
  parts_.resize(ids.size());
  for (const unet::Part part : unet::all_parts)
    for (const Index i : choices_.split[part]) parts_[static_cast<std::size_t>(i)] = part;
}

void Session::warn_of_unlike_images() const {
  const std::vector<unet::IntensityRange> training = training_intensity(open_weights(options_.model));
  if (training.empty()) return;
  Index unlike = 0;
  std::string first, first_reason;
  for (Index i = 0; i < data_->size(); ++i) {
    const std::string reason = unet::unlike_training(unet::intensity(sample(i).image.view()), training);
    if (!reason.empty() && ++unlike == 1) first = data_->id(i), first_reason = reason;
  }
  if (unlike > 0) say(unlike_training_warning(unlike, data_->size(), first, first_reason));
}

void Session::read_masks() {
  const unet::Subset<DataSource> train(*data_, choices_.split.train);
  const unet::MaskStatistics masks = unet::mask_statistics(train);
  pos_weight_ = masks.pos_weight();
  mean_mask_ = masks.mean_mask();
  for (Index i = 0; i < data_->size(); ++i)
    baseline_iou_.push_back(unet::constant_mask_iou(mean_mask_, unet::Subset<DataSource>(*data_, {i})));
}

const std::vector<unet::ImageResult>& Session::results() {
  if (!results_.empty()) return results_;
  const unet::Shape s = data_->shape();
  std::vector<unet::ImageResult> results;
  TaskProgress progress("segmenting all images");
  constexpr Index batch = 4;
  for (Index first = 0; first < data_->size(); first += batch) {
    const Index count = std::min(batch, data_->size() - first);
    unet::HostTensor<float> images({count, s.h, s.w, s.c}), targets({count, s.h, s.w, 1});
    for (Index i = 0; i < count; ++i) data_->load(first + i, images.view().images(i, 1), targets.view().images(i, 1));
    const auto some = model_->evaluate(std::as_const(images).view(), std::as_const(targets).view(), pos_weight_);
    results.insert(results.end(), some.begin(), some.end());
    progress(first + count, data_->size());
  }
  for (const unet::ImageResult& result : results)
    if (!unet::is_finite(result.loss))
      throw unet::FileError(weights_file(options_.model).string() +
                            ": the net gives values that are not finite numbers; its weights are damaged or their " +
                            "training has diverged");
  return results_ = std::move(results);
}

Session::Sample Session::sample(Index image) const {
  const unet::Shape s = data_->shape();
  Sample sample{unet::HostTensor<float>({1, s.h, s.w, s.c}), unet::HostTensor<float>({1, s.h, s.w, 1})};
  data_->load(image, sample.image.view(), sample.target.view());
  return sample;
}

}  // namespace app
