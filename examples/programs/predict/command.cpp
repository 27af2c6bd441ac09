// predict: segments images with a trained U-Net; writes masks and overlays, and compares with true masks.
#include "programs/commands.hpp"
#include "programs/predict/predict.hpp"
#include "support/cli/command_line.hpp"
#include "support/cli/program.hpp"
#include "support/session/backend_options.hpp"
#include "unet/core/error.hpp"

namespace {

void declare(app::CommandLine& cli, app::PredictProgram& o) {
  cli.example("images/ --model run --out masks  # run: a folder that train has written");
  cli.option("images", o.images, "images (PNG, JPEG, BMP) and folders of images", "FILE|FOLDER...",
             app::CommandLine::required);
  cli.option("--model", o.model, "weights, or a run folder of train: its best.safetensors", "FILE|RUN (required)",
             app::CommandLine::required);
  cli.option("--out", o.out, "folder to write to", "DIR (required)", app::CommandLine::required);
  cli.option("--size", o.size,
             "what images are resized to before the net: native (nothing), N x N, or height x width; sides that do not "
             "fit the net are padded by reflection",
             "native|N|HxW [as in training, if the model's file says it, otherwise native]");
  cli.option("--masks", o.masks,
             "true masks, named like the images, with or without _mask: prints IoU and Dice, and writes scores.csv",
             "DIR");
  cli.flag("--probabilities", o.probabilities,
           "also write the probability of the foreground as NAME_probability.png: 255 is 1");
  cli.flag("--save-logits", o.save_logits, "also write the net's output as NAME.logits.safetensors");
  cli.option("--repeat", o.repeat, "time N more forward passes of each image, and print their median and the best",
             "N");
  cli.flag("--overwrite", o.overwrite, "replace results that are in --out");
  app::declare_backend_options(cli, o.backend);
  cli.option("--threads", o.threads, "results do not depend on it", "N [all cores]");
}

int run(const app::PredictProgram& o) {
  if (o.repeat < 0) throw unet::OptionError("--repeat must not be negative, but is " + std::to_string(o.repeat));
  app::use_threads(o.threads);
  return app::predict(o);
}

}  // namespace

int app::predict_command(int argc, char** argv) {
  app::PredictProgram program;
  return app::run_cli(
      argc, argv, "predict",
      "Segments images with a trained U-Net. For each image NAME.png it writes, at the image's own size, "
      "NAME_mask.png\n"
      "(0 background, 255 foreground) and NAME_overlay.png. Logits are resized to the image's size, then cut at 0.",
      [&](app::CommandLine& cli) { declare(cli, program); }, [&](const app::CommandLine&) { return run(program); });
}
