// Training for one net on one backend.
#pragma once
#include "support/nets/trained_model_of.hpp"
#include "support/nets/training.hpp"
#include "unet/train/checkpoint.hpp"

namespace app {

template <class Net, class B>
class TrainingOf final : public Training {
 public:
  TrainingOf(std::string net, const unet::TrainOptions& options) : net_(std::move(net)), trainer_(options) {}

  bool fit(const AnySet& train, const AnySet& validation, const unet::TrainCallbacks& callbacks) override {
    return trainer_.fit(train, validation, callbacks);
  }
  const unet::TrainState& state() const override { return trainer_.state(); }
  void restore(const unet::SafetensorsReader& file, const std::function<void(unet::TrainOptions&)>& check) override {
    auto snapshot = unet::load_checkpoint<Net, typename B::Scalar>(file);
    check(snapshot.options);
    trainer_.restore(snapshot);
  }
  void save_checkpoint(const std::filesystem::path& path, const Metadata& extra) const override {
    unet::save_checkpoint(trainer_, path, extra);
  }
  void save_best(const std::filesystem::path& path, const Metadata& extra) const override {
    unet::save(trainer_.best_model(), path, extra);
  }
  std::unique_ptr<TrainedModel> best_model() const override {
    return std::make_unique<TrainedModelOf<Net, B>>(net_, trainer_.best_model());
  }

 private:
  std::string net_;
  unet::Trainer<Net, B> trainer_;
};

}  // namespace app
