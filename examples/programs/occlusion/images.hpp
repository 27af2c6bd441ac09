// The occlusion maps of many images: computed one after the other, each kept with what is needed of it afterwards.
#pragma once
#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

#include "programs/occlusion/options.hpp"
#include "support/session/session.hpp"
#include "support/session/shown_images.hpp"
#include "unet/chest/region_importance.hpp"
#include "unet/core/host_tensor.hpp"
#include "unet/core/shape.hpp"
#include "unet/explain/occlusion/options.hpp"

namespace app {

/// The images to be computed: those that are shown, and with --all the others of the part. Each once.
std::vector<unet::Index> images_to_compute(const Session& session, const OcclusionProgram& o,
                                           const std::vector<ShownImage>& shown);

struct OccludedImage {
  unet::Index index = 0;
  double iou = 0;  ///< of the image itself
  unet::OcclusionMap map;
  std::size_t lungs = 0;  ///< components of the mask that are large enough for a lung
  unet::RegionImportance importance;
};

std::vector<std::uint8_t> mask_of(const unet::HostTensor<float>& target);

/// Computes the images in order and gives each to `finished`. Throws OptionError, FileError when the net's values are not
/// finite, Interrupted.
void occlude_images(Session& session, const std::vector<unet::Index>& images, const OcclusionProgram& o,
                    const std::function<void(OccludedImage)>& finished);

}  // namespace app
