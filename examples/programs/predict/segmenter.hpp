// A net read from a file, on a backend that is chosen at run time: from an image to logits and a mask.
#pragma once
#include <algorithm>
#include <chrono>
#include <cmath>
#include <memory>

#include "programs/predict/net_size.hpp"
#include "support/nets/compiled_net.hpp"
#include "support/nets/weights_file.hpp"
#include "unet/data/image.hpp"
#include "unet/data/intensity.hpp"
#include "unet/imaging/resize.hpp"
#include "unet/models/load.hpp"
#include "unet/models/net_description.hpp"

namespace app {

/// Logits at the size at which the net saw the image; the mask (0 or 1) and the probabilities of the foreground at the image's
/// own size.
struct Segmentation {
  unet::HostTensor<float> logits;  ///< 1 x H x W x 1
  std::vector<std::uint8_t> mask;
  std::vector<float> probabilities;  ///< empty when they are not asked for
};

class Segmenter {
 public:
  /// `file` may be a run folder: its best.safetensors. `size` is what images are resized to, see parse_net_size; where it
  /// is empty, what the file says; without that, images keep their own size. Throws FileError, OptionError.
  Segmenter(const std::filesystem::path& file, const BackendChoice& backend, const std::string& size)
      : path_(weights_file(file)) {
    const unet::SafetensorsReader reader = open_weights(path_);
    const unet::NetDescription net = unet::identify_net(reader);
    if (net.classes > 1)
      throw unet::FileError(path_.string() + ": it holds a " + unet::to_string(net) + "; this program makes masks of " +
                            "one class only. Run it in a program of your own, see examples/hello_unet.cpp");
    name_ = net_name(reader);
    channels_ = net.in;
    model_ = compiled_net(name_, backend).load(reader);
    divisor_ = model_->divisor();
    intensity_ = training_intensity(reader);
    if (!size.empty()) {
      size_ = parse_net_size(size);
      own_size_wanted_ = size_.own();
    } else {
      size_ = {stated_size(reader, "height"), stated_size(reader, "width")};
      if (size_.height == 0 || size_.width == 0) size_ = {};
    }
  }

  /// What tells the image from those that the net was trained on; empty when nothing does, or when the file says nothing of
  /// them.
  std::string unlike_training(const unet::Image& image) const {
    return intensity_.empty() ? "" : unet::unlike_training(unet::intensity(image.view()), intensity_);
  }

  const std::filesystem::path& path() const { return path_; }
  const std::string& name() const { return name_; }
  int channels() const { return channels_; }

  /// One line about what happens to the size of images.
  std::string size_note() const {
    const std::string multiple = "multiples of " + std::to_string(divisor_);
    if (size_.own())
      return "each at its own size, padded by reflection to " + multiple + " and cropped back" +
             (own_size_wanted_ ? "" : ": the model's file names no size, --size would choose one");
    std::string note = "resized to " + std::to_string(size_.height) + " x " + std::to_string(size_.width);
    if (size_.height % divisor_ != 0 || size_.width % divisor_ != 0)
      note += ", padded by reflection to " + std::to_string(unet::round_up(size_.height, divisor_)) + " x " +
              std::to_string(unet::round_up(size_.width, divisor_)) + " (" + multiple + ") and cropped back";
    return note;
  }

  /// Throws FileError when the net gives something that is not a number.
  Segmentation operator()(const unet::Image& image, bool probabilities = false) const {
    const unet::Image seen = as_seen(image);
    Segmentation result{model_->predict(seen.view()), {}, {}};
    unet::Image logits(seen.height, seen.width, 1);
    logits.pixels = result.logits.values;
    for (const float value : logits.pixels)
      if (!std::isfinite(value))
        throw unet::FileError(path_.string() + ": the net gives values that are not finite numbers; its weights are " +
                              "damaged or their training has diverged");
    logits = unet::resize_values(logits, image.height, image.width);
    for (const float value : logits.pixels) result.mask.push_back(value > 0);
    if (probabilities)
      for (const float value : logits.pixels) result.probabilities.push_back(1 / (1 + std::exp(-value)));
    return result;
  }

  /// Milliseconds of each of `count` > 0 forward passes of the image as the net sees it, in ascending order.
  std::vector<double> forward_times(const unet::Image& image, int count) const {
    using Clock = std::chrono::steady_clock;
    const unet::Image seen = as_seen(image);
    std::vector<double> times;
    for (int i = 0; i < count; ++i) {
      const Clock::time_point start = Clock::now();
      model_->predict(seen.view());
      times.push_back(std::chrono::duration<double, std::milli>(Clock::now() - start).count());
    }
    std::sort(times.begin(), times.end());
    return times;
  }

 private:
  unet::Image as_seen(const unet::Image& image) const {
    return size_.own() ? image : unet::resize(image, size_.height, size_.width);
  }

  std::filesystem::path path_;
  std::string name_;
  int channels_ = 1;
  unet::Index divisor_ = 1;
  NetSize size_;
  bool own_size_wanted_ = false;
  std::vector<unet::IntensityRange> intensity_;
  std::unique_ptr<TrainedModel> model_;
};

}  // namespace app
