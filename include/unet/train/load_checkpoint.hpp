// Checkpoints, reading.
#pragma once
#include <nlohmann/json.hpp>

#include "unet/core/finite.hpp"
#include "unet/io/json_value.hpp"
#include "unet/models/load.hpp"
#include "unet/train/trainer.hpp"

namespace unet {

namespace detail {

// Templates, so that only programs that read a checkpoint compile the JSON parser: Json is nlohmann::json.

template <class Json>
TrainOptions options_from_json(const Json& j) {
  TrainOptions o;
  read_member(j, "epochs", o.epochs);
  read_member(j, "batch_size", o.batch_size);
  read_member(j, "learning_rate", o.learning_rate);
  read_member(j, "pos_weight", o.pos_weight);
  read_member(j, "plateau_factor", o.plateau.factor);
  read_member(j, "plateau_patience", o.plateau.patience);
  read_member(j, "seed", o.seed);
  o.check();
  return o;
}

/// The list called `key` of `size` values, of any number of them when that is 0. Throws OptionError.
template <class Json>
const Json& require_list(const Json& value, const std::string& key, std::size_t size = 0) {
  if (!value.is_array() || (size > 0 && value.size() != size))
    throw OptionError("'" + key + "' is not a list" + (size > 0 ? " of " + std::to_string(size) + " values" : ""));
  return value;
}

template <class Json>
EpochResult epoch_from_json(const Json& value) {
  const Json& e = require_list(value, "history", 9);
  const auto number = [&](std::size_t i) { return json_value<double>(e[i], "history"); };
  return {json_value<int>(e[0], "history"), number(1), number(2), number(3), number(4), number(5), number(6), number(7),
          json_value<bool>(e[8], "history")};
}

template <class Json>
TrainState state_from_json(const Json& j) {
  TrainState s;
  read_member(j, "epoch", s.epoch);
  read_member(j, "samples_done", s.samples_done);
  read_member(j, "adam_steps", s.steps);
  const Json& sum = require_list(j.at("sum"), "sum", 3);
  s.sum = {json_value<double>(sum[0], "sum"), json_value<double>(sum[1], "sum"), json_value<double>(sum[2], "sum")};
  read_member(j, "seconds", s.seconds);
  read_member(j, "step_seconds", s.step_seconds);
  read_member(j, "learning_rate", s.learning_rate);
  read_member(j, "best", s.best);
  read_member(j, "best_epoch", s.best_epoch);
  read_member(j, "epochs_without_best", s.epochs_without_best);
  for (const Json& epoch : require_list(j.at("history"), "history")) s.history.push_back(epoch_from_json(epoch));
  if (s.epoch < 1 || s.samples_done < 0 || s.steps < 0 || s.best_epoch < 0 || s.epochs_without_best < 0 ||
      !is_finite(s.learning_rate) || s.learning_rate <= 0)
    throw OptionError("its training state has a negative number of steps, or a learning rate that is not positive");
  return s;
}

/// Throws OptionError when it is another policy.
template <class Default, class Json, class Policy>
void read_policy(const Json& options, const char* kind, Policy& policy, const TrainOptions& o) {
  const auto found = options.find(kind);
  const std::string expected = Policy::name,
                    name = found == options.end() ? Default::name : json_member<std::string>(*found, "name");
  if (name != expected)
    throw OptionError("it was trained with the " + std::string(kind) + " '" + name + "', but this trainer has '" +
                      expected + "'");
  policy = policy_from<Policy>(o);
  if (found == options.end()) return;
  Policy::fields(policy, [&](const std::string& field, auto& value) { read_member(*found, field, value); });
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
    return json_from_text<Json>(found->second);
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
