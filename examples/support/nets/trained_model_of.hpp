// TrainedModel for one net on one backend.
#pragma once
#include <algorithm>
#include <utility>

#include "support/nets/trained_model.hpp"
#include "unet/explain/occlusion/occlusion.hpp"
#include "unet/models/layer_outputs.hpp"
#include "unet/train/evaluate.hpp"

namespace app {

template <class Net, class B>
class TrainedModelOf final : public TrainedModel {
  using View = unet::View<const float>;

 public:
  TrainedModelOf(std::string net, unet::Model<Net, B> model) : net_(std::move(net)), model_(std::move(model)) {}

  std::string net() const override { return net_; }
  std::string backend() const override { return B::name; }
  unet::Index parameters() const override { return Net::extent.parameters; }
  unet::Index divisor() const override { return unet::Model<Net, B>::divisor; }

  std::vector<std::string> layers() const override {
    std::vector<std::string> names;
    for (const Layer& layer : all_layers()) names.push_back(layer.name);
    return names;
  }

  unet::HostTensor<float> output(const std::string& layer, View images) override {
    return find(layer).output(model_, images);
  }

  std::vector<unet::HostTensor<float>> outputs(const std::vector<std::string>& layers, View images) override {
    std::vector<std::size_t> indices;
    for (const std::string& layer : layers) indices.push_back(find(layer).index);
    return unet::layer_outputs(model_, indices, images);
  }

  std::vector<unet::ImageResult> evaluate(View images, View targets, double pos_weight) override {
    unet::Batch batch{unet::HostTensor<float>(images.shape), unet::HostTensor<float>(targets.shape)};
    unet::copy_view(images, batch.images.view());
    unet::copy_view(targets, batch.targets.view());
    return unet::evaluate_batch(model_, batch, pos_weight);
  }

  std::vector<unet::ImageResult> evaluate(const AnySet& set, unet::Index batch_size, double pos_weight,
                                          const std::function<bool()>& should_stop) override {
    return unet::evaluate(model_, set, {batch_size, pos_weight, {}, should_stop});
  }

  unet::HostTensor<float> predict(View images) override { return model_.predict(images); }

  unet::OcclusionMap occlusion(View image, View target, const unet::OcclusionOptions& options) override {
    return unet::occlusion(model_, image, target, options);
  }

 private:
  struct Layer {
    std::string name;
    unet::HostTensor<float> (*output)(unet::Model<Net, B>&, View);
    std::size_t index;  ///< see unet::layer_index
  };

  template <class Name>
  static Layer layer(const std::string& name) {
    const auto output = [](unet::Model<Net, B>& model, View images) { return model.template output<Name>(images); };
    return {name, output, unet::layer_index<Net, Name>()};
  }

  static const Layer& find(const std::string& name) {
    std::string known;
    for (const Layer& candidate : all_layers()) {
      if (candidate.name == name) return candidate;
      known += (known.empty() ? "" : ", ") + candidate.name;
    }
    throw unet::OptionError("unknown layer '" + name + "'; this net has " + known);
  }

  static const std::vector<Layer>& all_layers() {
    static const std::vector<Layer> layers = [] {
      std::vector<Layer> encoders, decoders;
      [&]<int... K>(std::integer_sequence<int, K...>) {
        (encoders.push_back(layer<unet::encoder<K + 1>>("encoder" + std::to_string(K + 1))), ...);
        (decoders.push_back(layer<unet::decoder<K + 1>>("decoder" + std::to_string(K + 1))), ...);
      }
      (std::make_integer_sequence<int, Net::depth>{});
      std::vector<Layer> all = std::move(encoders);
      all.push_back(layer<unet::latent>("latent"));
      all.push_back(layer<unet::bottleneck_conv1>("bottleneck_conv1"));
      all.push_back(layer<unet::bottleneck>("bottleneck"));
      all.insert(all.end(), decoders.rbegin(), decoders.rend());
      all.push_back(layer<unet::logits>("logits"));
      return all;
    }();
    return layers;
  }

  std::string net_;
  unet::Model<Net, B> model_;
};

}  // namespace app
