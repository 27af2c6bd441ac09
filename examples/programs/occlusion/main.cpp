// occlusion: which parts of a film a trained U-Net's segmentation rests on.
#include <CLI/CLI.hpp>

#include "programs/occlusion/occlusion.hpp"

namespace {

void declare(CLI::App& cli, app::OcclusionProgram& o) {
  cli.add_option("--patch", o.patch, "height and width of the patch in pixels")->option_text("N [14]");
  cli.add_option("--stride", o.stride, "pixels from one position to the next")->option_text("N [as --patch]");
  cli.add_option("--fill", o.fill, "what a patch is replaced by; uniform and normal are noise")
      ->option_text("uniform|normal|mean|blur|black [uniform]");
  cli.add_option("--score", o.score,
                 "the training's loss; 1 - IoU; or the share of pixels whose prediction changes, which needs no mask")
      ->option_text("loss|iou|prediction [loss]");
  cli.add_option("--draws", o.draws, "of the noise at each position: several give a standard error")
      ->option_text("N [1]");
  cli.add_option("--method", o.method,
                 "recompute only what a patch reaches, or whole images: the same bits, because after training batch "
                 "normalisation uses running statistics")
      ->option_text("incremental|full [incremental]");
  cli.add_option("--ids", o.ids, "images to show")
      ->delimiter(',')
      ->option_text("ID,ID,... [best and worst male, female, normal, abnormal]");
  cli.add_option("--part", o.part, "images to choose from, and those that --all takes")
      ->option_text("train|validation|test|all [test]");
  cli.add_flag("--all", o.all, "all images of the part: importance of the lungs' regions with intervals and tests");
  cli.add_option("--edge", o.edge, "half width of the lung edge, as a share of the image's side")
      ->option_text("X [0.02]");
}

int run(const app::SessionOptions& session_options, const app::OcclusionProgram& o) {
  app::occlusion_options(o, unet::ImageLimits{}.max_side);
  const app::ResultFolder out(session_options.out, app::occlusion_files(o), session_options.overwrite);
  app::Session session(session_options);
  app::print(app::run_occlusion(session, o, out));
  std::fprintf(stderr, "results are in %s\n", out.path().c_str());
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  app::SessionOptions session;
  app::OcclusionProgram options;
  CLI::App cli(
      "Replaces a patch of a film at one position after the other and scores the segmentation (the study's figure 5).\n"
      "Writes occlusion.csv (the score of each position), regions.csv (importance of lung edge, inside, outside, "
      "bottom\n"
      "third, heart side), ID_occlusion.png of each image that is shown, and their montage occlusion.png. With --all "
      "also\n"
      "regions_summary.csv and regions.svg: do edges matter most, and how sure is that? Tables are written once a "
      "minute\n"
      "and at the end, or at Ctrl-C.",
      "occlusion");
  app::declare_session_options(cli, session);
  declare(cli, options);
  try {
    cli.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return cli.exit(error) == 0 ? 0 : 2;
  }
  return app::guarded("occlusion", [&] { return run(session, options); });
}
