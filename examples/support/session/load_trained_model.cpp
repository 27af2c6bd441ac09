// From a file and a backend's name to the compiled model that fits.
#include "support/session/trained_model_of.hpp"
#include "support/session/weights_file.hpp"

std::unique_ptr<app::TrainedModel> app::load_trained_model(const std::filesystem::path& path,
                                                           const std::string& backend) {
  const unet::SafetensorsReader file(weights_file(path));
  const std::string name = net_name(file);
  return with_net(name, [&]<class Net>(Type<Net>) {
    return with_backend(backend, [&]<class B>(Type<B>) { return make_trained_model<Net, B>(name, file); });
  });
}
