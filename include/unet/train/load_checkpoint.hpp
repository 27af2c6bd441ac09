// Checkpoints, reading.
#pragma once
#include <nlohmann/json.hpp>

#include "unet/models/load.hpp"
#include "unet/train/trainer.hpp"

namespace unet {

namespace detail {

// Templates, so that only programs that read a checkpoint compile the JSON parser: Json is nlohmann::json.

template <class Json>
TrainOptions options_from_json(const Json& j) {
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

template <class Json>
TrainState state_from_json(const Json& j) {
  TrainState s;
  j.at("epoch").get_to(s.epoch);
  j.at("samples_done").get_to(s.samples_done);
  j.at("adam_steps").get_to(s.adam_steps);
  const Json& sum = j.at("sum");
  sum.at(0).get_to(s.sum.loss);
  sum.at(1).get_to(s.sum.iou);
  sum.at(2).get_to(s.sum.dice);
  j.at("seconds").get_to(s.seconds);
  j.at("step_seconds").get_to(s.step_seconds);
  j.at("learning_rate").get_to(s.plateau.learning_rate);
  j.at("best").get_to(s.plateau.best);
  j.at("best_epoch").get_to(s.plateau.best_epoch);
  j.at("epochs_without_best").get_to(s.plateau.epochs_without_best);
  for (const Json& e : j.at("history"))
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

/// Reads a checkpoint after checking all of it. Throws FileError when it is none, or one of another net.
template <class Net, class T, class Json = nlohmann::json>
Snapshot<T> load_checkpoint(const SafetensorsReader& file) {
  Snapshot<T> snapshot;
  const auto stated = [&file](const char* key) {
    const auto found = file.metadata().find(key);
    if (found == file.metadata().end()) throw OptionError(std::string("its metadata have no ") + key);
    return Json::parse(found->second);
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
