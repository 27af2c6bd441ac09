// predict: segments images with a trained U-Net; writes masks and overlays, and compares with true masks.
#include <CLI/CLI.hpp>

#include "programs/predict/predict.hpp"

namespace {

void declare(CLI::App& cli, app::PredictProgram& o) {
  cli.add_option("images", o.images, "images (PNG, JPEG, BMP) and folders of images")
      ->required()
      ->option_text("FILE|FOLDER...");
  cli.add_option("--model", o.model, "weights, or a run folder of train: its best.safetensors")
      ->required()
      ->option_text("FILE|RUN (required)");
  cli.add_option("--out", o.out, "folder to write to")->required()->option_text("DIR (required)");
  cli.add_option(
         "--size", o.size,
         "height and width that images are resized to before the net; default: as in training, if the model's file "
         "says it, otherwise the image's own")
      ->option_text("N");
  cli.add_option("--masks", o.masks, "true masks, named like the images, with or without _mask: prints IoU and Dice")
      ->option_text("DIR");
  cli.add_flag("--save-logits", o.save_logits, "also write the net's output as NAME.logits.safetensors");
  cli.add_flag("--overwrite", o.overwrite, "replace results that are in --out");
  cli.add_option("--backend", o.backend, "cpu, or eigen: the slow reference")->option_text("NAME [cpu]");
  cli.add_option("--threads", o.threads, "results do not depend on it")->option_text("N [all cores]");
}

int run(const app::PredictProgram& o) {
  app::use_threads(o.threads);
  return app::predict(o);
}

}  // namespace

int main(int argc, char** argv) {
  app::PredictProgram program;
  CLI::App cli(
      "Segments images with a trained U-Net. For each image NAME.png it writes, at the image's own size, "
      "NAME_mask.png\n"
      "(0 background, 255 foreground) and NAME_overlay.png. Logits are resized to the image's size, then cut at 0.",
      "predict");
  declare(cli, program);
  try {
    cli.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return cli.exit(error) == 0 ? 0 : 2;
  }
  return app::guarded("predict", [&] { return run(program); });
}
