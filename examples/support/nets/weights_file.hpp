// Which file --model means, and what it says about the size of images.
#pragma once
#include <filesystem>

#include "unet/core/shape.hpp"
#include "unet/io/safetensors_reader.hpp"

namespace app {

/// `path` itself, or best.safetensors in it when it is a run folder. Throws FileError for a folder without one.
std::filesystem::path weights_file(const std::filesystem::path& path);

/// Opens it. Throws FileError.
unet::SafetensorsReader open_weights(const std::filesystem::path& path);

/// The "height" or "width" that a weights file was trained with, 0 when its metadata do not say. Throws FileError when
/// they say something impossible.
unet::Index stated_size(const unet::SafetensorsReader& file, const char* key);

}  // namespace app
