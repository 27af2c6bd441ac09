// Which file --model means, and what it says about the images that it was trained on.
#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "unet/core/shape.hpp"
#include "unet/data/intensity.hpp"
#include "unet/io/safetensors_reader.hpp"

namespace app {

/// `path` itself, or best.safetensors in it when it is a run folder. Throws FileError for a folder without one.
std::filesystem::path weights_file(const std::filesystem::path& path);

/// Opens it. Throws FileError.
unet::SafetensorsReader open_weights(const std::filesystem::path& path);

/// The "height" or "width" that a weights file was trained with, 0 when its metadata do not say. Throws FileError when
/// they say something impossible.
unet::Index stated_size(const unet::SafetensorsReader& file, const char* key);

/// The grey values of the images that a weights file was trained on, each channel; none when its metadata do not say.
std::vector<unet::IntensityRange> training_intensity(const unet::SafetensorsReader& file);

/// What to say when images are unlike those of the training: how many of how many, and of one of them why.
std::string unlike_training_warning(unet::Index unlike, unet::Index images, const std::string& name,
                                    const std::string& reason);

}  // namespace app
