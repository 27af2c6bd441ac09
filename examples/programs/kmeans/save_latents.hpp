// Latents and clusters as a file for other tools.
#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "programs/kmeans/analysis.hpp"
#include "unet/cluster/row_store.hpp"

namespace app {

/// Throws unet::OptionError when the file is there and may not be replaced.
void check_latents_file(const std::filesystem::path& path, bool overwrite);

/// Writes a safetensors file: `latents` n x d float32, `initial_centres` K rows of it, and `labels` n, in which 0 is cluster 1
/// of the tables. The metadata say which layer it is, its shape, the inertia, and the ids of the rows. Nothing is held in
/// memory but a row. Throws unet::FileError.
void save_latents(const std::filesystem::path& path, const unet::RowStore& rows, const Clustering& c,
                  const std::vector<std::string>& ids);

}  // namespace app
