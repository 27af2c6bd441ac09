// The pictures of feature_maps: the montage of figure 6, and contact sheets of all channels of a layer.
#pragma once
#include <algorithm>
#include <string>
#include <vector>

#include "support/picture/picture.hpp"
#include "support/session/session.hpp"
#include "support/session/shown_images.hpp"
#include "unet/core/host_tensor.hpp"
#include "unet/core/shape.hpp"
#include "unet/data/image.hpp"

namespace app {

/// One row of the montage.
struct MapRow {
  std::string id, role;
  double iou = 0;
  unet::Image input, truth, prediction;  ///< figure_side a side
  std::vector<unet::Image> blocks;       ///< mean_picture of each
};

MapRow map_row(Session& session, const ShownImage& shown);

/// Of the labels in the montage. A page shows its twelve columns at half their width or less: letters are as large as titles
/// of ten characters above a tile allow.
constexpr unet::Index feature_label_scale(unet::Index side) { return std::max<unet::Index>(1, side / 64); }

/// Rows of images; columns: input, truth, prediction, the blocks.
/// @param shapes of each block's map
Picture feature_montage(const std::vector<MapRow>& rows, const std::vector<std::string>& blocks,
                        const std::vector<unet::Shape>& shapes, unet::Index side);

/// Every channel of a layer's map of one image, each from its lowest to its highest value.
Picture channel_sheet(const unet::HostTensor<float>& map, const std::string& layer, const std::string& id);

}  // namespace app
