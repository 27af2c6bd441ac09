// train: trains a U-Net on a folder of chest films and masks, or on the built-in phantom, and writes a run folder.
#include "train/train.hpp"

#include <CLI/CLI.hpp>

#include "support/program.hpp"
#include "unet/core/parallel.hpp"

namespace {

/// Declares the options. Those of a resumed run come from its folder, so none of them can be given with --resume.
void declare(CLI::App& cli, app::TrainProgram& o) {
  const auto fresh = [&](CLI::Option* option) { return option->group("Run"); };
  cli.add_option("--resume", o.resume, "go on with the run in this folder")->option_text("RUN");
  std::vector<CLI::Option*> options{
      fresh(cli.add_option("--data", o.data.data, "folder with CXR_png/ or images/ and masks/ or mask/, or 'phantom'")
                ->option_text("DIR|phantom")),
      fresh(cli.add_option("--count", o.data.count, "number of phantom images")->capture_default_str()),
      fresh(cli.add_option("--size", o.data.size, "height and width of the images")->capture_default_str()),
      fresh(cli.add_option("--net", o.net, "paper (7.8 million parameters) or small")->capture_default_str()),
      fresh(cli.add_option("--backend", o.backend, "cpu, or eigen: the slow reference")->capture_default_str()),
      fresh(cli.add_option("--epochs", o.recipe.epochs, "passes over the training part")->capture_default_str()),
      fresh(cli.add_option("--batch", o.recipe.batch_size, "images a step")->capture_default_str()),
      fresh(cli.add_option("--lr", o.recipe.learning_rate, "learning rate of Adam")->capture_default_str()),
      fresh(cli.add_option("--seed", o.recipe.seed, "decides weights, order, split and phantom")->capture_default_str()),
      fresh(cli.add_option("--split", o.split, "CSV id,part with train, validation, test; default: drawn, 60/20/20 %")),
      fresh(cli.add_option("--out", o.out, "run folder to write")->option_text("RUN")),
      fresh(cli.add_flag("--overwrite", o.overwrite, "replace the run that is in --out"))};
  for (CLI::Option* option : options) option->excludes("--resume");
  cli.add_option("--threads", o.threads, "threads; results do not depend on it (default: all cores)");
}

int run(app::TrainProgram& o) {
  using unet::OptionError;
  if (!o.resume.empty())
    app::read_config(o);
  else if (o.out.empty())
    throw OptionError("--out is missing: say which folder the run shall be written to");
  o.data.seed = o.recipe.seed;
  if (o.threads < 0) throw OptionError("--threads must be at least 1, not " + std::to_string(o.threads));
  if (o.threads > 0) unet::set_thread_count(o.threads);
  if (o.data.size < 1) throw OptionError("--size must be a multiple of 16 and at least 16, not " + std::to_string(o.data.size));
  if (o.data.data == "phantom" && o.data.count < 5)
    throw OptionError("--count must be at least 5, or some part of the split would be empty");
  if (o.data.data != "phantom") o.data.data = std::filesystem::absolute(o.data.data).lexically_normal().string();
  if (o.net == "paper") return app::train_paper(o);
  if (o.net == "small") return app::train_small(o);
  throw OptionError("unknown net '" + o.net + "'; use paper or small");
}

}  // namespace

int main(int argc, char** argv) {
  app::TrainProgram program;
  CLI::App cli(
      "Trains a U-Net and writes a run folder: weights, checkpoints, tables, curves and report.html.\n"
      "The defaults are the recipe of the study. Ctrl-C saves; --resume goes on.",
      "train");
  declare(cli, program);
  try {
    cli.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return cli.exit(error) == 0 ? 0 : 2;
  }
  return app::guarded("train", [&] { return run(program); });
}
