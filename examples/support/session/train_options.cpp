#include "support/session/train_options.hpp"

#include <limits>
#include <nlohmann/json.hpp>

#include "unet/io/atomic_file.hpp"
#include "unet/io/json_text.hpp"
#include "unet/io/json_value.hpp"
#include "unet/version.hpp"

namespace app {

namespace {

/// Of what is no JSON, a value that says so.
nlohmann::ordered_json parsed(const std::string& text) {
  try {
    return unet::json_from_text<nlohmann::ordered_json>(text);
  } catch (const unet::OptionError&) {
    return nlohmann::ordered_json::value_t::discarded;
  }
}

}  // namespace

void check_texts(const TrainProgram& o) {
  const std::pair<const char*, const std::string&> texts[] = {{"--data", o.data.data}, {"--split", o.split}};
  for (const auto& [option, text] : texts)
    if (!unet::is_utf8(text))
      throw unet::OptionError(
          std::string(option) + " " + unet::to_utf8(text) +
          ": this path is not UTF-8 (U+FFFD stands for each byte that is none), so the run's files " +
          "could not name it; rename it");
}

std::string config_json(const TrainProgram& o) {
  using unet::json_number, unet::json_string;
  return unet::json_object({{"version", json_string(unet::version)},
                            {"data", json_string(o.data.data)},
                            {"count", json_number(o.data.count)},
                            {"size", json_number(o.data.size)},
                            {"net", json_string(o.net)},
                            {"backend", json_string(o.backend.name)},
                            {"precision", json_string(o.backend.precision)},
                            {"epochs", json_number(o.recipe.epochs)},
                            {"batch", json_number(o.recipe.batch_size)},
                            {"lr", json_number(o.recipe.learning_rate)},
                            {"seed", json_number(o.recipe.seed)},
                            {"split", json_string(o.split)},
                            {"plateau_factor", json_number(o.recipe.plateau.factor)},
                            {"plateau_patience", json_number(o.recipe.plateau.patience)}});
}

std::optional<std::string> config_changes(const TrainProgram& program, const std::string& before_text) {
  const nlohmann::ordered_json now = parsed(config_json(program));
  nlohmann::ordered_json before = parsed(before_text);
  if (!before.is_object()) return std::nullopt;
  if (!before.contains("precision")) before["precision"] = BackendChoice{}.precision;
  std::string text;
  const auto more_epochs = [&](const std::string& key, const nlohmann::ordered_json& value) {
    return key == "epochs" && before.contains(key) && before[key].is_number() && value > before[key];
  };
  for (const auto& [key, value] : now.items())
    if (!more_epochs(key, value) && key != "version" && key != "split" &&
        (!before.contains(key) || before[key] != value))
      text += (text.empty() ? "" : ", ") + key + " is " + value.dump() + ", was " +
              (before.contains(key) ? before[key].dump() : "not given");
  return text;
}

std::vector<double> numbers_of_json(const std::string& text) {
  std::vector<double> numbers;
  const auto list = parsed(text);
  if (list.is_array())
    for (const auto& value : list)
      numbers.push_back(value.is_number() ? value.get<double>() : std::numeric_limits<double>::quiet_NaN());
  return numbers;
}

void read_config(TrainProgram& o) {
  const std::filesystem::path path = o.resume / "config.json";
  if (!std::filesystem::exists(path))
    throw unet::FileError(o.resume.string() +
                          ": not a run folder of `train`, it has no config.json; nothing to resume");
  try {
    const std::vector<unsigned char> bytes = unet::read_file(path);
    const auto j = unet::json_from_text<nlohmann::ordered_json>(std::string(bytes.begin(), bytes.end()));
    unet::read_member(j, "data", o.data.data);
    unet::read_member(j, "count", o.data.count);
    unet::read_member(j, "size", o.data.size);
    unet::read_member(j, "net", o.net);
    unet::read_member(j, "backend", o.backend.name);
    if (j.contains("precision")) unet::read_member(j, "precision", o.backend.precision);
    unet::read_member(j, "epochs", o.recipe.epochs);
    unet::read_member(j, "batch", o.recipe.batch_size);
    unet::read_member(j, "lr", o.recipe.learning_rate);
    unet::read_member(j, "seed", o.recipe.seed);
    if (j.contains("split")) unet::read_member(j, "split", o.split);
    unet::read_member(j, "plateau_factor", o.recipe.plateau.factor);
    unet::read_member(j, "plateau_patience", o.recipe.plateau.patience);
    o.recipe.check();
  } catch (const unet::OptionError& error) {
    throw unet::FileError(path.string() + ": is not the config.json that `train` writes: " + error.what() +
                          "; restore it, or start a new run");
  }
  o.data.seed = o.recipe.seed;
  o.out = o.resume;
}

}  // namespace app
