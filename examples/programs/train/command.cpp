// train: trains a U-Net on a folder of chest X-rays and masks, or on the built-in phantom, and writes a run folder.
#include <sstream>

#include "programs/commands.hpp"
#include "programs/train/train.hpp"
#include "support/cli/command_line.hpp"
#include "support/cli/program.hpp"
#include "support/session/backend_options.hpp"
#include "unet/data/image.hpp"

namespace {

/// Those that a resumed run takes from its folder.
const std::vector<std::string> fresh = {"--data",  "--count", "--size", "--net",   "--backend", "--precision",
                                        "--batch", "--lr",    "--seed", "--split", "--out",     "--overwrite"};

void declare(app::CommandLine& cli, app::TrainProgram& o) {
  const auto preset = [](const auto& value) {
    std::ostringstream out;
    out << "[" << value << "]";
    return out.str();
  };
  cli.example("--data phantom --out run");
  cli.option("--data", o.data.data, "folder with CXR_png/ or images/ and masks/ or mask/, or the synthetic images",
             "DIR|phantom " + preset(o.data.data));
  cli.option("--count", o.data.count, "number of phantom images", "N " + preset(o.data.count));
  cli.option("--size", o.data.size, "height and width of the images", "N " + preset(o.data.size));
  cli.option("--net", o.net, "the study's (7.8 million parameters), or a quarter of its channels",
             "paper|small " + preset(o.net));
  app::declare_backend_options(cli, o.backend);
  cli.option("--epochs", o.recipe.epochs,
             "passes over the training part; more of them with --resume let a finished run go on",
             "N " + preset(o.recipe.epochs));
  cli.option("--batch", o.recipe.batch_size, "images a step", "N " + preset(o.recipe.batch_size));
  cli.option("--lr", o.recipe.learning_rate, "learning rate of Adam", "RATE " + preset(o.recipe.learning_rate));
  cli.option("--seed", o.recipe.seed, "decides weights, order, split and phantom", "N " + preset(o.recipe.seed));
  cli.option("--split", o.split, "CSV with columns id,part: train, validation, test", "FILE [drawn: 60, 20, 20 %]");
  cli.option("--out", o.out, "run folder to write (required)", "RUN");
  cli.flag("--overwrite", o.overwrite, "replace the run that is in --out");
  cli.option("--threads", o.threads, "results do not depend on it", "N [all cores]");
  cli.option("--resume", o.resume,
             "go on with the run in this folder; all else but --threads and --epochs comes from there", "RUN");
}

int run(app::TrainProgram& o) {
  using unet::OptionError;
  if (!o.resume.empty()) {
    app::read_config(o);
    if (o.more_epochs && *o.more_epochs < o.recipe.epochs)
      throw OptionError("--epochs " + std::to_string(*o.more_epochs) + " is less than the " +
                        std::to_string(o.recipe.epochs) +
                        " epochs of this run; give more to go on after them, or leave it out");
    o.recipe.epochs = o.more_epochs.value_or(o.recipe.epochs);
  } else if (o.out.empty()) {
    throw OptionError(
        "--out is missing: say which folder the run shall be written to\n"
        "Example: train --data phantom --out run\nAll options: train --help");
  }
  o.data.seed = o.recipe.seed;
  app::use_threads(o.threads);
  constexpr unet::Index largest = unet::ImageLimits{}.max_side;
  if (o.data.size > largest)
    throw OptionError("--size must be at most " + std::to_string(largest) + ", not " + std::to_string(o.data.size));
  if (o.data.data == "phantom" && o.data.count < 5)
    throw OptionError("--count must be at least 5, or some part of the split would be empty");
  if (o.data.data != "phantom") {
    const std::filesystem::path folder = std::filesystem::absolute(o.data.data).lexically_normal();
    o.data.data = (folder.has_filename() ? folder : folder.parent_path()).string();
  }
  if (!o.split.empty()) o.split = std::filesystem::absolute(o.split).lexically_normal().string();
  return app::train(o);
}

}  // namespace

int app::train_command(int argc, char** argv) {
  app::TrainProgram program;
  return app::run_cli(
      argc, argv, "train",
      "Trains a U-Net and writes a run folder: weights, checkpoints, tables, curves and report.html.\n"
      "The defaults are the recipe of the study. Ctrl-C saves; --resume goes on.",
      [&](app::CommandLine& cli) { declare(cli, program); },
      [&](const app::CommandLine& cli) {
        for (const std::string& option : fresh)
          if (!program.resume.empty() && cli.given(option))
            throw unet::OptionError(option + " can not be given with --resume: a run goes on as it was begun, " +
                                    "with the options in its folder; leave it out, or start a new run");
        if (!program.resume.empty() && cli.given("--epochs")) program.more_epochs = program.recipe.epochs;
        return run(program);
      });
}
