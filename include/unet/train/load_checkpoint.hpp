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
  j.at("adam_steps").get_to(s.steps);
  const Json& sum = j.at("sum");
  sum.at(0).get_to(s.sum.loss);
  sum.at(1).get_to(s.sum.iou);
  sum.at(2).get_to(s.sum.dice);
  j.at("seconds").get_to(s.seconds);
  j.at("step_seconds").get_to(s.step_seconds);
  j.at("learning_rate").get_to(s.learning_rate);
  j.at("best").get_to(s.best);
  j.at("best_epoch").get_to(s.best_epoch);
  j.at("epochs_without_best").get_to(s.epochs_without_best);
  for (const Json& e : j.at("history"))
    s.history.push_back({e.at(0), e.at(1), e.at(2), e.at(3), e.at(4), e.at(5), e.at(6), e.at(7), e.at(8)});
  if (s.epoch < 1 || s.samples_done < 0 || s.steps < 0 || !(s.learning_rate > 0))
    throw OptionError("its training state has a negative number of steps, or a learning rate that is not positive");
  return s;
}

/// Throws OptionError when it is another policy.
template <class Default, class Json, class Policy>
void read_policy(const Json& options, const char* kind, Policy& policy, const TrainOptions& o) {
  const auto found = options.find(kind);
  const std::string expected = Policy::name,
                    name = found == options.end() ? Default::name : found->at("name").template get<std::string>();
  if (name != expected)
    throw OptionError("it was trained with the " + std::string(kind) + " '" + name + "', but this trainer has '" +
                      expected + "'");
  policy = policy_from<Policy>(o);
  if (found == options.end()) return;
  Policy::fields(policy, [&](const char* field, auto& value) { found->at(field).get_to(value); });
  policy.check();
}

template <class Net, class Json, class Loss, class Optimiser, class Schedule>
void read_policies(const Json& j, TrainPolicies<Loss, Optimiser, Schedule>& policies, const TrainOptions& o) {
  read_policy<DefaultLoss<Net>>(j, "loss", policies.loss, o);
  read_policy<Adam>(j, "optimiser", policies.optimiser, o);
  read_policy<Plateau>(j, "schedule", policies.schedule, o);
}

template <class Net, class T>
std::vector<T> read_moments(const SafetensorsReader& file, const std::string& prefix) {
  std::vector<T> buffer(static_cast<std::size_t>(Net::extent.parameters));
  for (const NamedTensor& tensor : named_tensors<Net>())
    if (!tensor.spec.is_state) read_tensor(file, prefix, tensor, buffer.data());
  return buffer;
}

}  // namespace detail

/// Reads a checkpoint after checking all of it, of version 0.1.0, too. Throws FileError when it is none, one of another net,
/// or of a trainer with other policies (`typename Trainer::Policies`).
template <class Net, class T, class Policies = TrainPolicies<DefaultLoss<Net>>, class Json = nlohmann::json>
Snapshot<T, Policies> load_checkpoint(const SafetensorsReader& file) {
  Snapshot<T, Policies> snapshot;
  const auto stated = [&file](const char* key) {
    const auto found = file.metadata().find(key);
    if (found == file.metadata().end()) throw OptionError(std::string("its metadata have no ") + key);
    return Json::parse(found->second);
  };
  Json options;
  try {
    options = stated("train_options");
    snapshot.options = detail::options_from_json(options);
    snapshot.state = detail::state_from_json(stated("train_state"));
  } catch (const std::exception& problem) {
    throw FileError(file.path().string() + ": it is not a checkpoint that training can go on from (" + problem.what() +
                    "); give the run's last.safetensors");
  }
  snapshot.values = load_values<Net, T>(file);
  try {
    detail::read_policies<Net>(options, snapshot.policies, snapshot.options);
  } catch (const std::exception& problem) {
    throw FileError(file.path().string() + ": this training can not go on from it (" + problem.what() +
                    "); resume with the loss, optimiser and schedule that the run was started with");
  }
  if (snapshot.state.best_epoch > 0) snapshot.best = load_values<Net, T>(file, "best.");
  for (std::size_t i = 0; i < snapshot.moments.size(); ++i)
    snapshot.moments[i] =
        detail::read_moments<Net, T>(file, detail::moment_prefix<decltype(snapshot.policies.optimiser)>(i));
  return snapshot;
}

}  // namespace unet
