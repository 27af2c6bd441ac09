// From a model and an image to the pictures of figure 6: each at the same size.
#pragma once
#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "support/session/session.hpp"
#include "unet/explain/feature_maps/mean_map.hpp"
#include "unet/imaging/resize.hpp"
#include "unet/imaging/unit_range.hpp"

namespace app {

/// Height and width at which the paper shows its maps; everything is compared at this size, whatever the model's is.
inline constexpr unet::Index figure_side = 256;

/// The nine blocks, the bottleneck with both of its steps.
inline std::vector<std::string> block_names(const TrainedModel& model) {
  std::vector<std::string> names = model.layers();
  std::erase_if(names, [](const std::string& name) { return name == "latent" || name == "logits"; });
  return names;
}

/// The maps of some layers for one image. Throws FileError when one holds something that is not a finite number.
inline std::vector<unet::HostTensor<float>> finite_outputs(Session& session, const std::vector<std::string>& layers,
                                                           unet::View<const float> image) {
  std::vector<unet::HostTensor<float>> maps = session.model().outputs(layers, image);
  for (std::size_t i = 0; i < maps.size(); ++i)
    for (const float value : maps[i].values)
      if (!std::isfinite(value))
        throw unet::FileError(session.options().model.string() + ": the net's " + layers[i] +
                              " gives values that are not finite numbers; its weights are damaged or their training "
                              "has diverged");
  return maps;
}

/// One channel of values at the figure's size.
inline unet::Image at_figure_size(const unet::Image& image) {
  return unet::resize_values(image, figure_side, figure_side);
}

/// The mean over channels at the figure's size, from 0 to 1.
inline unet::Image mean_picture(unet::View<const float> map) {
  return unet::unit_range(at_figure_size(unet::mean_map(map)));
}

/// 1 x H x W x 1 as an image.
inline unet::Image as_image(const unet::HostTensor<float>& map) {
  unet::Image image(map.shape.h, map.shape.w, 1);
  image.pixels = map.values;
  return image;
}

}  // namespace app
