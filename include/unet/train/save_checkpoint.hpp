// Checkpoints, writing: everything that decides how a training run goes on, in one safetensors file.
#pragma once
#include <map>
#include <type_traits>

#include "unet/io/json_text.hpp"
#include "unet/models/save.hpp"
#include "unet/train/trainer.hpp"

namespace unet {

namespace detail {

// Members in the order of their names.

using JsonMembers = std::map<std::string, std::string>;
inline std::string json_object(const JsonMembers& members) {
  return unet::json_object({members.begin(), members.end()});
}

inline JsonMembers json_members(const TrainOptions& o) {
  return {{"batch_size", json_number(o.batch_size)},
          {"epochs", json_number(o.epochs)},
          {"learning_rate", json_number(o.learning_rate)},
          {"plateau_factor", json_number(o.plateau.factor)},
          {"plateau_patience", json_number(o.plateau.patience)},
          {"pos_weight", json_number(o.pos_weight)},
          {"seed", json_number(o.seed)}};
}

/// Adds a policy's name and parameters, unless it is the default one as the options say: those of version 0.1.0 are not named.
template <class Default, class Policy>
void add_policy(JsonMembers& options, const char* kind, const Policy& policy, const TrainOptions& o) {
  if constexpr (std::is_same_v<Policy, Default>)
    if (policy == policy_from<Default>(o)) return;
  JsonMembers members{{"name", json_string(Policy::name)}};
  Policy::fields(policy, [&](const char* field, const auto& value) { members[field] = json_number(value); });
  options[kind] = json_object(members);
}

template <class Net, class Loss, class Optimiser, class Schedule>
std::string to_json(const TrainOptions& o, const TrainPolicies<Loss, Optimiser, Schedule>& policies) {
  JsonMembers members = json_members(o);
  add_policy<DefaultLoss<Net>>(members, "loss", policies.loss, o);
  add_policy<Adam>(members, "optimiser", policies.optimiser, o);
  add_policy<Plateau>(members, "schedule", policies.schedule, o);
  return json_object(members);
}

inline std::string to_json(const EpochResult& e) {
  return json_array({json_number(e.epoch), json_number(e.train_loss), json_number(e.train_iou),
                     json_number(e.validation_loss), json_number(e.validation_iou), json_number(e.learning_rate),
                     json_number(e.seconds), json_number(e.images_per_second), json_bool(e.is_best)});
}

inline std::string to_json(const TrainState& s) {
  std::vector<std::string> history;
  for (const EpochResult& epoch : s.history) history.push_back(to_json(epoch));
  return unet::json_object(
      {{"adam_steps", json_number(s.steps)},  // whatever the optimiser: so called in version 0.1.0
       {"best", json_number(s.best)},
       {"best_epoch", json_number(s.best_epoch)},
       {"epoch", json_number(s.epoch)},
       {"epochs_without_best", json_number(s.epochs_without_best)},
       {"history", json_array(history)},
       {"learning_rate", json_number(s.learning_rate)},
       {"samples_done", json_number(s.samples_done)},
       {"seconds", json_number(s.seconds)},
       {"step_seconds", json_number(s.step_seconds)},
       {"sum", json_array({json_number(s.sum.loss), json_number(s.sum.iou), json_number(s.sum.dice)})}});
}

}  // namespace detail

/// Writes a trainer's whole state, atomically: the weights under their own names (so the file serves as a weights file
/// too), those of the best epoch after "best.", Adam's moments after "adam.exp_avg." and "adam.exp_avg_sq.", another
/// optimiser's after "optimiser." and their names, the rest as JSON in the metadata. A failed write keeps the previous file. Throws FileError.
template <class Net, class B, class Loss, class Optimiser, class Schedule>
void save_checkpoint(const Trainer<Net, B, Loss, Optimiser, Schedule>& trainer, const std::filesystem::path& path,
                     const std::map<std::string, std::string>& extra = {}) {
  const auto snapshot = trainer.snapshot();
  detail::TensorList<typename B::Scalar> list;
  list.template add<Net>("", snapshot.values);
  if (!snapshot.best.parameters.empty()) list.template add<Net>("best.", snapshot.best);
  for (std::size_t i = 0; i < snapshot.moments.size(); ++i)
    list.template add_parameters<Net>(detail::moment_prefix<Optimiser>(i), snapshot.moments[i]);
  std::map<std::string, std::string> metadata = weights_metadata<Net>();
  metadata.insert(extra.begin(), extra.end());
  metadata["train_options"] = detail::to_json<Net>(snapshot.options, snapshot.policies);
  metadata["train_state"] = detail::to_json(snapshot.state);
  write_safetensors(path, metadata, list.tensors());
}

/// Bytes of host memory that save_checkpoint needs while it runs: values, best values and the moments.
template <class Net, class T, class Optimiser = Adam>
constexpr Index checkpoint_bytes() {
  constexpr Index copies = 2 + static_cast<Index>(Optimiser::moments.size());
  return (copies * Net::extent.parameters + 2 * Net::extent.state) * Index{sizeof(T)};
}

}  // namespace unet
