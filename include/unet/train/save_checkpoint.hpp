// Checkpoints, writing: everything that decides how a training run goes on, in one safetensors file.
#pragma once
#include "unet/io/json_text.hpp"
#include "unet/models/save.hpp"
#include "unet/train/trainer.hpp"

namespace unet {

namespace detail {

// Members in the order of their names.

inline std::string to_json(const TrainOptions& o) {
  return json_object({{"batch_size", json_number(o.batch_size)},
                      {"epochs", json_number(o.epochs)},
                      {"learning_rate", json_number(o.learning_rate)},
                      {"plateau_factor", json_number(o.plateau.factor)},
                      {"plateau_patience", json_number(o.plateau.patience)},
                      {"pos_weight", json_number(o.pos_weight)},
                      {"seed", json_number(o.seed)}});
}

inline std::string to_json(const EpochResult& e) {
  return json_array({json_number(e.epoch), json_number(e.train_loss), json_number(e.train_iou),
                     json_number(e.validation_loss), json_number(e.validation_iou), json_number(e.learning_rate),
                     json_number(e.seconds), json_number(e.images_per_second), json_bool(e.is_best)});
}

inline std::string to_json(const TrainState& s) {
  std::vector<std::string> history;
  for (const EpochResult& epoch : s.history) history.push_back(to_json(epoch));
  return json_object({{"adam_steps", json_number(s.adam_steps)},
                      {"best", json_number(s.plateau.best)},
                      {"best_epoch", json_number(s.plateau.best_epoch)},
                      {"epoch", json_number(s.epoch)},
                      {"epochs_without_best", json_number(s.plateau.epochs_without_best)},
                      {"history", json_array(history)},
                      {"learning_rate", json_number(s.plateau.learning_rate)},
                      {"samples_done", json_number(s.samples_done)},
                      {"seconds", json_number(s.seconds)},
                      {"step_seconds", json_number(s.step_seconds)},
                      {"sum", json_array({json_number(s.sum.loss), json_number(s.sum.iou), json_number(s.sum.dice)})}});
}

}  // namespace detail

/// Writes a trainer's whole state, atomically: the weights under their own names (so the file serves as a weights file
/// too), those of the best epoch after "best.", Adam's moments after "adam.exp_avg." and "adam.exp_avg_sq.", the rest as
/// JSON in the metadata. A failed write keeps the previous file. Throws FileError.
template <class Net, class B>
void save_checkpoint(const Trainer<Net, B>& trainer, const std::filesystem::path& path,
                     const std::map<std::string, std::string>& extra = {}) {
  const auto snapshot = trainer.snapshot();
  detail::TensorList<typename B::Scalar> list;
  list.template add<Net>("", snapshot.values);
  if (!snapshot.best.parameters.empty()) list.template add<Net>("best.", snapshot.best);
  list.template add_parameters<Net>("adam.exp_avg.", snapshot.first_moment);
  list.template add_parameters<Net>("adam.exp_avg_sq.", snapshot.second_moment);
  std::map<std::string, std::string> metadata = weights_metadata<Net>();
  metadata.insert(extra.begin(), extra.end());
  metadata["train_options"] = detail::to_json(snapshot.options);
  metadata["train_state"] = detail::to_json(snapshot.state);
  write_safetensors(path, metadata, list.tensors());
}

/// Bytes of host memory that save_checkpoint needs while it runs: values, best values and both moments.
template <class Net, class T>
constexpr Index checkpoint_bytes() {
  return (4 * Net::extent.parameters + 2 * Net::extent.state) * Index{sizeof(T)};
}

}  // namespace unet
