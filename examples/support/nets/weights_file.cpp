#include "support/nets/weights_file.hpp"

#include <charconv>

#include "unet/data/image.hpp"
#include "unet/io/safetensors.hpp"

namespace app {

std::filesystem::path weights_file(const std::filesystem::path& path) {
  std::error_code trouble;
  if (!std::filesystem::is_directory(path, trouble)) return path;
  const std::filesystem::path file = path / "best.safetensors";
  if (!std::filesystem::exists(file, trouble))
    throw unet::FileError(path.string() + ": has no best.safetensors, so it is not the folder of a run that has " +
                          "finished an epoch; name a run folder of `train`, or a safetensors file");
  return file;
}

unet::SafetensorsReader open_weights(const std::filesystem::path& path) {
  return unet::SafetensorsReader(weights_file(path));
}

unet::Index stated_size(const unet::SafetensorsReader& file, const char* key) {
  const auto found = file.metadata().find(key);
  if (found == file.metadata().end()) return 0;
  unet::Index value = 0;
  const std::string& text = found->second;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) value = -1;
  if (value < 1 || value > unet::ImageLimits{}.max_side)
    throw unet::FileError(file.path().string() + ": its metadata name an impossible " + key +
                          "; say with --size what images shall be resized to");
  return value;
}

std::vector<unet::IntensityRange> training_intensity(const unet::SafetensorsReader& file) {
  const auto found = file.metadata().find("training_intensity");
  if (found == file.metadata().end()) return {};
  return unet::intensity_from_text(found->second).value_or(std::vector<unet::IntensityRange>());
}

std::string unlike_training_warning(unet::Index unlike, unet::Index images, const std::string& name,
                                    const std::string& reason) {
  return "warning: " + std::to_string(unlike) + " of " + std::to_string(images) +
         " images are unlike those that the net was trained on (" + name + ": " + reason +
         "). Its masks of them may be wrong without looking wrong: compare some with the images, bring the images to "
         "the "
         "same grey values, or train with images like them; see docs/own_images.md";
}

}  // namespace app
