// CompiledNet for one net on one backend. Compiled once for each, in a translation unit of its own.
#pragma once
#include "support/nets/compiled_net.hpp"
#include "support/nets/nets.hpp"
#include "support/nets/trained_model_of.hpp"
#include "support/nets/training_of.hpp"

namespace app {

template <class Net, class B>
class CompiledNetOf final : public CompiledNet {
 public:
  explicit CompiledNetOf(std::string name) : name_(std::move(name)) {}

  std::string backend() const override { return B::name; }
  unet::Index parameters() const override { return Net::extent.parameters; }
  int input_channels() const override { return Net::input_channels; }
  int log2_divisor() const override { return Net::log2_divisor; }
  unet::Index training_bytes(unet::Shape batch) const override {
    return unet::Trainer<Net, B>::memory_bytes(batch) + unet::checkpoint_bytes<Net, typename B::Scalar>();
  }
  std::unique_ptr<Training> train(const unet::TrainOptions& options) const override {
    return std::make_unique<TrainingOf<Net, B>>(name_, options);
  }
  std::unique_ptr<TrainedModel> load(const unet::SafetensorsReader& file) const override {
    unet::Model<Net, B> model(unet::load_values<Net, typename B::Scalar>(file));
    unet::verify(model, file);
    model.discard_values();
    return std::make_unique<TrainedModelOf<Net, B>>(name_, std::move(model));
  }

 private:
  std::string name_;
};

}  // namespace app
