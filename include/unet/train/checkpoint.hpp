// Checkpoints: everything that decides how a training run goes on, in one safetensors file. A resumed run equals an
// uninterrupted one bit for bit.
#pragma once
#include "unet/models/weights.hpp"
#include "unet/train/trainer.hpp"

namespace unet {

namespace detail {

inline nlohmann::json to_json(const TrainOptions& o) {
  return {{"epochs", o.epochs},
          {"batch_size", o.batch_size},
          {"learning_rate", o.learning_rate},
          {"pos_weight", o.pos_weight},
          {"plateau_factor", o.plateau.factor},
          {"plateau_patience", o.plateau.patience},
          {"seed", o.seed}};
}

inline TrainOptions options_from_json(const nlohmann::json& j) {
  TrainOptions o;
  j.at("epochs").get_to(o.epochs);
  j.at("batch_size").get_to(o.batch_size);
  j.at("learning_rate").get_to(o.learning_rate);
  j.at("pos_weight").get_to(o.pos_weight);
  j.at("plateau_factor").get_to(o.plateau.factor);
  j.at("plateau_patience").get_to(o.plateau.patience);
  j.at("seed").get_to(o.seed);
  o.check();
  return o;
}

inline nlohmann::json to_json(const TrainState& s) {
  nlohmann::json history = nlohmann::json::array();
  for (const EpochResult& e : s.history)
    history.push_back({e.epoch, e.train_loss, e.train_iou, e.validation_loss, e.validation_iou, e.learning_rate,
                       e.seconds, e.images_per_second, e.is_best});
  return {{"epoch", s.epoch},
          {"samples_done", s.samples_done},
          {"adam_steps", s.adam_steps},
          {"sum", {s.sum.loss, s.sum.iou, s.sum.dice}},
          {"seconds", s.seconds},
          {"step_seconds", s.step_seconds},
          {"learning_rate", s.plateau.learning_rate},
          {"best", s.plateau.best},
          {"best_epoch", s.plateau.best_epoch},
          {"epochs_without_best", s.plateau.epochs_without_best},
          {"history", history}};
}

inline TrainState state_from_json(const nlohmann::json& j) {
  TrainState s;
  j.at("epoch").get_to(s.epoch);
  j.at("samples_done").get_to(s.samples_done);
  j.at("adam_steps").get_to(s.adam_steps);
  s.sum = {j.at("sum").at(0).get<double>(), j.at("sum").at(1).get<double>(), j.at("sum").at(2).get<double>()};
  j.at("seconds").get_to(s.seconds);
  j.at("step_seconds").get_to(s.step_seconds);
  j.at("learning_rate").get_to(s.plateau.learning_rate);
  j.at("best").get_to(s.plateau.best);
  j.at("best_epoch").get_to(s.plateau.best_epoch);
  j.at("epochs_without_best").get_to(s.plateau.epochs_without_best);
  for (const nlohmann::json& e : j.at("history"))
    s.history.push_back({e.at(0), e.at(1), e.at(2), e.at(3), e.at(4), e.at(5), e.at(6), e.at(7), e.at(8)});
  if (s.epoch < 1 || s.samples_done < 0 || s.adam_steps < 0 || !(s.plateau.learning_rate > 0))
    throw OptionError("its training state has a negative number of steps, or a learning rate that is not positive");
  return s;
}

template <class Net, class T>
std::vector<T> read_moments(const SafetensorsReader& file, const std::string& prefix) {
  std::vector<T> buffer(static_cast<std::size_t>(Net::extent.parameters));
  for (const NamedTensor& tensor : named_tensors<Net>())
    if (!tensor.spec.is_state) read_tensor(file, prefix, tensor, buffer.data());
  return buffer;
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
  metadata["train_options"] = detail::to_json(snapshot.options).dump();
  metadata["train_state"] = detail::to_json(snapshot.state).dump();
  write_safetensors(path, metadata, list.tensors());
}

/// Bytes of host memory that save_checkpoint needs while it runs: values, best values and both moments.
template <class Net, class T>
constexpr Index checkpoint_bytes() {
  return (4 * Net::extent.parameters + 2 * Net::extent.state) * Index{sizeof(T)};
}

/// Reads a checkpoint after checking all of it. Throws FileError when it is none, or one of another net.
template <class Net, class T>
Snapshot<T> load_checkpoint(const SafetensorsReader& file) {
  Snapshot<T> snapshot;
  const auto stated = [&file](const char* key) {
    const auto found = file.metadata().find(key);
    if (found == file.metadata().end()) throw OptionError(std::string("its metadata have no ") + key);
    return nlohmann::json::parse(found->second);
  };
  try {
    snapshot.options = detail::options_from_json(stated("train_options"));
    snapshot.state = detail::state_from_json(stated("train_state"));
  } catch (const std::exception& problem) {
    throw FileError(file.path().string() + ": it is not a checkpoint that training can go on from (" + problem.what() +
                    "); give the run's last.safetensors");
  }
  snapshot.values = load_values<Net, T>(file);
  if (snapshot.state.plateau.best_epoch > 0) snapshot.best = load_values<Net, T>(file, "best.");
  snapshot.first_moment = detail::read_moments<Net, T>(file, "adam.exp_avg.");
  snapshot.second_moment = detail::read_moments<Net, T>(file, "adam.exp_avg_sq.");
  return snapshot;
}

}  // namespace unet
