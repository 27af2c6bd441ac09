// Images and their latents as long rows of numbers.
#pragma once
#include <string>
#include <vector>

#include "support/session/session.hpp"
#include "unet/cluster/row_store.hpp"
#include "unet/core/shape.hpp"

namespace app {

struct LayerRows {
  unet::Shape shape;    ///< of one image's map, n = 1
  unet::RowStore rows;  ///< one for each image, the map flattened in the order height, width, channel
};

/// The normalised output of a layer, or the "pixels" themselves, for each of `images`.
/// Throws unet::FileError when the rows find no room or are not finite, and Interrupted.
LayerRows layer_rows(Session& session, const std::vector<unet::Index>& images, const std::string& layer,
                     const unet::RowStoreOptions& options);

struct ImageFacts {
  std::vector<double> brightness;       ///< mean pixel of each image, from 0 to 1
  std::vector<std::string> thumbnails;  ///< small grey PNGs as data URIs
};

/// Throws unet::FileError, Interrupted.
ImageFacts image_facts(const Session& session, const std::vector<unet::Index>& images);

}  // namespace app
