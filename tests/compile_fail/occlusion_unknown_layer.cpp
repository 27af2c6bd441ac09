// expect: unet::LocalLayer<L> is not specialised for this layer
#include "unet/backends/cpu/cpu.hpp"
#include "unet/explain/occlusion/occlusion.hpp"

struct Own : unet::Conv1x1<1, 1> {};
using Net = unet::Sequential<Own>;

unet::OcclusionMap map(unet::Model<Net, unet::Cpu<float>>& model, unet::View<const float> image) {
  return unet::occlusion(model, image, image, {});
}
