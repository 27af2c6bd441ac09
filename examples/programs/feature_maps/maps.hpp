// From a model and an image to the pictures of figure 6: each at the same size.
#pragma once
#include <string>
#include <vector>

#include "support/nets/trained_model.hpp"
#include "support/session/session.hpp"
#include "unet/core/host_tensor.hpp"
#include "unet/core/shape.hpp"
#include "unet/core/view.hpp"
#include "unet/data/image.hpp"

namespace app {

/// Height and width at which the paper shows its maps; everything is compared at this size, whatever the model's is.
inline constexpr unet::Index figure_side = 256;

/// The nine blocks, the bottleneck with both of its steps.
std::vector<std::string> block_names(const TrainedModel& model);

/// The maps of some layers for one image. Throws FileError when one holds something that is not a finite number.
std::vector<unet::HostTensor<float>> finite_outputs(Session& session, const std::vector<std::string>& layers,
                                                    unet::View<const float> image);

/// One channel of values at the figure's size.
unet::Image at_figure_size(const unet::Image& image);

/// The mean over channels at the figure's size, from 0 to 1.
unet::Image mean_picture(unet::View<const float> map);

/// 1 x H x W x 1 as an image.
unet::Image as_image(const unet::HostTensor<float>& map);

}  // namespace app
