// The small net on the cpu backend: a translation unit of its own, so that the four compile side by side.
#include "support/session/trained_model_of.hpp"

template <>
std::unique_ptr<app::TrainedModel> app::make_trained_model<app::SmallNet, unet::Cpu<float>>(
    const std::string& net, const unet::SafetensorsReader& file) {
  return std::make_unique<TrainedModelOf<SmallNet, unet::Cpu<float>>>(net, file);
}
