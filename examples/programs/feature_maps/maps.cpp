#include "programs/feature_maps/maps.hpp"

#include <algorithm>
#include <cmath>

#include "unet/explain/feature_maps/mean_map.hpp"
#include "unet/imaging/resize.hpp"
#include "unet/imaging/unit_range.hpp"

namespace app {

std::vector<std::string> block_names(const TrainedModel& model) {
  std::vector<std::string> names = model.layers();
  std::erase_if(names, [](const std::string& name) { return name == "latent" || name == "logits"; });
  return names;
}

std::vector<unet::HostTensor<float>> finite_outputs(Session& session, const std::vector<std::string>& layers,
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

unet::Image at_figure_size(const unet::Image& image) { return unet::resize_values(image, figure_side, figure_side); }

unet::Image mean_picture(unet::View<const float> map) { return unet::unit_range(at_figure_size(unet::mean_map(map))); }

unet::Image as_image(const unet::HostTensor<float>& map) {
  unet::Image image(map.shape.h, map.shape.w, 1);
  image.pixels = map.values;
  return image;
}

}  // namespace app
