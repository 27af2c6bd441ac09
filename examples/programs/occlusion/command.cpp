// occlusion: which parts of an image a trained U-Net's segmentation rests on.

#include "programs/commands.hpp"
#include "programs/occlusion/occlusion.hpp"
#include "support/session/run_analysis.hpp"

namespace {

void declare(app::CommandLine& cli, app::OcclusionProgram& o) {
  cli.option("--patch", o.patch, "height and width of the patch in pixels", "N [14 of 512, scaled]");
  cli.option("--stride", o.stride, "pixels from one position to the next", "N [as --patch]");
  cli.option("--fill", o.fill, "what a patch is replaced by; uniform and normal are noise",
             "uniform|normal|mean|blur|black [uniform]");
  cli.option("--score", o.score,
             "the training's loss; 1 - IoU; or the share of pixels whose prediction changes, which needs no mask",
             "loss|iou|prediction [loss]");
  cli.option("--draws", o.draws, "of the noise at each position: several give a standard error", "N [1]");
  cli.option("--method", o.method,
             "recompute what a patch reaches; also what it only rounds differently, which gives full's bits and takes "
             "about four times as long; or whole images",
             "incremental|exact|full [incremental]");
  cli.option("--ids", o.ids, "images to show", "ID,ID,... [best and worst male, female, normal, abnormal]");
  cli.option("--part", o.part, "images to choose from, and those that --all takes", "train|validation|test|all [test]");
  cli.flag("--all", o.all, "all images of the part: importance of the lungs' regions with intervals and tests");
  cli.option("--edge", o.edge, "half width of the lung edge, as a share of the image's side", "X [0.02]");
}

}  // namespace

int app::occlusion_command(int argc, char** argv) {
  app::SessionOptions session;
  app::OcclusionProgram options;
  return app::run_cli(
      argc, argv, "occlusion",
      "Replaces a patch of an image at one position after the other and scores the segmentation (the study's figure "
      "5).\n"
      "Writes occlusion.csv (the score of each position), regions.csv (importance of lung edge, inside, outside, "
      "bottom\n"
      "third, heart side), ID_occlusion.png of each image that is shown, and their montage occlusion.png. With --all "
      "also\n"
      "regions_summary.csv and regions.svg: do edges matter most, and how sure is that? Until all images are "
      "done,\n"
      "the tables are occlusion.partial.csv and regions.partial.csv: written once a minute, and kept after Ctrl-C.",
      [&](app::CommandLine& cli) {
        app::declare_session_options(cli, session);
        declare(cli, options);
      },
      [&](const app::CommandLine&) {
        app::occlusion_options(options, unet::ImageLimits{}.max_side);
        return app::run_analysis(
            session, app::occlusion_files(options), [&](const app::Choices& choices) { app::check(options, choices); },
            [&](app::Session& loaded, const auto& out) { return app::run_occlusion(loaded, options, out); });
      });
}
