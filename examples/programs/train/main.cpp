// train: trains a U-Net on a folder of chest films and masks, or on the built-in phantom, and writes a run folder.
#include "programs/train/train.hpp"

#include <CLI/CLI.hpp>
#include <sstream>

#include "support/cli/program.hpp"

namespace {

/// Declares the options. Gives those that a resumed run takes from its folder.
std::vector<CLI::Option*> declare(CLI::App& cli, app::TrainProgram& o) {
  const auto text = [](const auto& preset) {
    std::ostringstream out;
    out << "[" << preset << "]";
    return out.str();
  };
  std::vector<CLI::Option*> fresh{
      cli.add_option("--data", o.data.data,
                     "folder with CXR_png/ or images/ and masks/ or mask/, or the synthetic films")
          ->option_text("DIR|phantom " + text(o.data.data)),
      cli.add_option("--count", o.data.count, "number of phantom images")->option_text("N " + text(o.data.count)),
      cli.add_option("--size", o.data.size, "height and width of the images")->option_text("N " + text(o.data.size)),
      cli.add_option("--net", o.net, "the study's (7.8 million parameters), or a quarter of its channels")
          ->option_text("paper|small " + text(o.net)),
      cli.add_option("--backend", o.backend, "eigen is the slow reference")
          ->option_text("cpu|eigen " + text(o.backend)),
      cli.add_option("--epochs", o.recipe.epochs, "passes over the training part")
          ->option_text("N " + text(o.recipe.epochs)),
      cli.add_option("--batch", o.recipe.batch_size, "images a step")->option_text("N " + text(o.recipe.batch_size)),
      cli.add_option("--lr", o.recipe.learning_rate, "learning rate of Adam")
          ->option_text("RATE " + text(o.recipe.learning_rate)),
      cli.add_option("--seed", o.recipe.seed, "decides weights, order, split and phantom")
          ->option_text("N " + text(o.recipe.seed))
          ->check(
              [](const std::string& given) { return given.starts_with('-') ? given + " is negative" : std::string(); }),
      cli.add_option("--split", o.split, "CSV with columns id,part: train, validation, test")
          ->option_text("FILE [drawn: 60, 20, 20 %]"),
      cli.add_option("--out", o.out, "run folder to write (required)")->option_text("RUN"),
      cli.add_flag("--overwrite", o.overwrite, "replace the run that is in --out")};
  cli.add_option("--threads", o.threads, "results do not depend on it")->option_text("N [all cores]");
  cli.add_option("--resume", o.resume, "go on with the run in this folder; all else but --threads comes from there")
      ->option_text("RUN");
  return fresh;
}

int run(app::TrainProgram& o) {
  using unet::OptionError;
  if (!o.resume.empty())
    app::read_config(o);
  else if (o.out.empty())
    throw OptionError("--out is missing: say which folder the run shall be written to");
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
  return app::with_net(o.net, [&]<class Net>(app::Type<Net>) {
    return app::with_backend(o.backend, [&]<class B>(app::Type<B>) { return app::train<Net, B>(o); });
  });
}

}  // namespace

int main(int argc, char** argv) {
  app::TrainProgram program;
  CLI::App cli(
      "Trains a U-Net and writes a run folder: weights, checkpoints, tables, curves and report.html.\n"
      "The defaults are the recipe of the study. Ctrl-C saves; --resume goes on.",
      "train");
  const std::vector<CLI::Option*> fresh = declare(cli, program);
  try {
    cli.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return cli.exit(error) == 0 ? 0 : 2;
  }
  return app::guarded("train", [&] {
    for (const CLI::Option* option : fresh)
      if (!program.resume.empty() && option->count() > 0)
        throw unet::OptionError(option->get_name() +
                                " can not be given with --resume: a run goes on as it was begun, " +
                                "with the options in its folder; leave it out, or start a new run");
    return run(program);
  });
}
