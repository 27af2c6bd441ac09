// A trained network behind one interface, whatever its net and backend: what the analyses ask it for.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "support/nets/any_set.hpp"
#include "unet/core/host_tensor.hpp"
#include "unet/explain/occlusion/options.hpp"
#include "unet/train/metrics.hpp"

namespace app {

/// Not thread safe. Images are N x H x W x input channels in [0, 1]; H and W must be multiples of divisor().
class TrainedModel {
 public:
  virtual ~TrainedModel() = default;

  virtual std::string net() const = 0;  ///< "paper", "small"
  virtual std::string backend() const = 0;
  virtual unet::Index parameters() const = 0;
  virtual unet::Index divisor() const = 0;

  /// Names of the outputs inside of the net, in the order in which they are computed: encoder1 .. encoder4, latent,
  /// bottleneck_conv1, bottleneck, decoder4 .. decoder1, logits.
  virtual std::vector<std::string> layers() const = 0;
  /// A layer's normalised output, N x H' x W' x C'. Throws OptionError for an unknown layer, and lists the known ones.
  virtual unet::HostTensor<float> output(const std::string& layer, unet::View<const float> images) = 0;
  /// The outputs of several layers from one pass, bit for bit those of output().
  virtual std::vector<unet::HostTensor<float>> outputs(const std::vector<std::string>& layers,
                                                       unet::View<const float> images) = 0;
  /// N x H x W x 1.
  unet::HostTensor<float> logits(unet::View<const float> images) { return output("logits", images); }
  /// Loss, IoU and Dice of each image; `targets` N x H x W x 1, 0 or 1.
  virtual std::vector<unet::ImageResult> evaluate(unet::View<const float> images, unet::View<const float> targets,
                                                  double pos_weight) = 0;
  /// The same for a whole set, in its order; fewer when should_stop asked to stop.
  virtual std::vector<unet::ImageResult> evaluate(const AnySet& set, unet::Index batch_size, double pos_weight,
                                                  const std::function<bool()>& should_stop) = 0;
  /// Logits of images of any size, see unet::Model::predict.
  virtual unet::HostTensor<float> predict(unet::View<const float> images) = 0;
  /// Which parts of one image its output rests on, see unet::occlusion. `target` may be empty where the score needs none.
  virtual unet::OcclusionMap occlusion(unet::View<const float> image, unet::View<const float> target,
                                       const unet::OcclusionOptions& options) = 0;
};

}  // namespace app
