#include "support/session/train_options.hpp"

#include <nlohmann/json.hpp>

#include "unet/io/atomic_file.hpp"
#include "unet/version.hpp"

namespace app {

nlohmann::ordered_json to_json(const TrainProgram& o) {
  return {{"version", unet::version},
          {"data", o.data.data},
          {"count", o.data.count},
          {"size", o.data.size},
          {"net", o.net},
          {"backend", o.backend},
          {"epochs", o.recipe.epochs},
          {"batch", o.recipe.batch_size},
          {"lr", o.recipe.learning_rate},
          {"seed", o.recipe.seed},
          {"split", o.split},
          {"plateau_factor", o.recipe.plateau.factor},
          {"plateau_patience", o.recipe.plateau.patience}};
}

std::string config_changes(const nlohmann::ordered_json& now, const nlohmann::ordered_json& before) {
  std::string text;
  for (const auto& [key, value] : now.items())
    if (key != "version" && key != "split" && (!before.contains(key) || before[key] != value))
      text += (text.empty() ? "" : ", ") + key + " is " + value.dump() + ", was " +
              (before.contains(key) ? before[key].dump() : "not given");
  return text;
}

void read_config(TrainProgram& o) {
  const std::filesystem::path path = o.resume / "config.json";
  if (!std::filesystem::exists(path))
    throw unet::FileError(o.resume.string() +
                          ": not a run folder of `train`, it has no config.json; nothing to resume");
  try {
    const std::vector<unsigned char> bytes = unet::read_file(path);
    const nlohmann::json j = nlohmann::json::parse(bytes.begin(), bytes.end());
    j.at("data").get_to(o.data.data);
    j.at("count").get_to(o.data.count);
    j.at("size").get_to(o.data.size);
    j.at("net").get_to(o.net);
    j.at("backend").get_to(o.backend);
    j.at("epochs").get_to(o.recipe.epochs);
    j.at("batch").get_to(o.recipe.batch_size);
    j.at("lr").get_to(o.recipe.learning_rate);
    j.at("seed").get_to(o.recipe.seed);
    o.split = j.value("split", "");
    j.at("plateau_factor").get_to(o.recipe.plateau.factor);
    j.at("plateau_patience").get_to(o.recipe.plateau.patience);
  } catch (const nlohmann::json::exception& error) {
    throw unet::FileError(path.string() + ": not the config.json that `train` writes (" + error.what() +
                          "); restore it, or start a new run");
  }
  o.data.seed = o.recipe.seed;
  o.out = o.resume;
}

}  // namespace app
