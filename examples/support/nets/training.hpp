// A training run behind one interface, whatever its net and backend: unet::Trainer, as the program `train` needs it.
#pragma once
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "support/nets/any_set.hpp"
#include "support/nets/trained_model.hpp"
#include "unet/train/options.hpp"
#include "unet/train/progress.hpp"

namespace unet {
class SafetensorsReader;
}

namespace app {

class Training {
 public:
  using Metadata = std::map<std::string, std::string>;

  virtual ~Training() = default;

  /// See unet::Trainer::fit.
  virtual bool fit(const AnySet& train, const AnySet& validation, const unet::TrainCallbacks& callbacks) = 0;
  virtual const unet::TrainState& state() const = 0;
  /// Goes on where a checkpoint was written. `check` sees the options of then before anything is changed; it may throw, or
  /// set those to go on with.
  /// Throws FileError when the file is no checkpoint of this net.
  virtual void restore(const unet::SafetensorsReader& file, const std::function<void(unet::TrainOptions&)>& check) = 0;
  /// Throws FileError.
  virtual void save_checkpoint(const std::filesystem::path& path, const Metadata& extra) const = 0;
  /// The weights of the best epoch so far. Throws FileError.
  virtual void save_best(const std::filesystem::path& path, const Metadata& extra) const = 0;
  virtual std::unique_ptr<TrainedModel> best_model() const = 0;
};

}  // namespace app
