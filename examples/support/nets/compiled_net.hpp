// The nets that the programs know by name, each compiled once for each backend.
#pragma once
#include <filesystem>
#include <memory>
#include <string>

#include "support/nets/trained_model.hpp"
#include "support/nets/training.hpp"

namespace app {

/// One network on one backend.
class CompiledNet {
 public:
  virtual ~CompiledNet() = default;

  virtual std::string backend() const = 0;  ///< as it calls itself
  virtual unet::Index parameters() const = 0;
  virtual int input_channels() const = 0;
  /// How often images are halved; their height and width must be multiples of 2 to the power of it.
  virtual int log2_divisor() const = 0;
  /// Bytes that training with batches of this shape needs, checkpoints included.
  virtual unet::Index training_bytes(unet::Shape batch) const = 0;

  /// From fresh values drawn from the options' seed. Throws OptionError when the options make no sense.
  virtual std::unique_ptr<Training> train(const unet::TrainOptions& options) const = 0;
  /// Throws FileError when the file holds another net, or its verification case comes out differently here.
  virtual std::unique_ptr<TrainedModel> load(const unet::SafetensorsReader& file) const = 0;

  unet::Index divisor() const { return unet::Index{1} << log2_divisor(); }
};

/// What a net computes on, as options say it.
struct BackendChoice {
  std::string name = "cpu", precision = "fp32";
  int device = 0;  ///< of those that CUDA counts
};

/// Throws OptionError for a net or a backend that these programs have not: nothing falls back silently.
const CompiledNet& compiled_net(const std::string& net, const BackendChoice& backend);

/// Name of the net that a weights file holds. Throws FileError when it is none of those above.
std::string net_name(const unet::SafetensorsReader& file);

/// Reads a weights file, or best.safetensors of a run folder, for a backend. Throws FileError for a file that is none of the
/// known nets, OptionError for an unknown backend.
std::unique_ptr<TrainedModel> load_trained_model(const std::filesystem::path& path, const BackendChoice& backend);

}  // namespace app
