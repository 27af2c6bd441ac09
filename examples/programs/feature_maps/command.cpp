// feature_maps: the mean map of each block for chosen images, and what its channels and maps are worth.

#include "programs/commands.hpp"
#include "programs/feature_maps/feature_maps.hpp"
#include "support/session/run_analysis.hpp"

namespace {

void declare(app::CommandLine& cli, app::FeatureMapsOptions& o) {
  cli.option("--ids", o.ids, "images to show", "ID,ID,... [best and worst male, female, normal, abnormal]");
  cli.option("--part", o.part, "images that are shown and that the numbers are about",
             "train|validation|test|all [test]");
  cli.option("--channels", o.channels, "also a sheet of every channel of these layers, for the first image shown",
             "LAYER,LAYER,...");
  cli.option("--boundary", o.boundary, "half width of the lung boundary, as a share of the image's side", "X [0.02]");
  cli.option("--redundant", o.redundant, "correlation beyond which two channels say the same", "R [0.95]");
}

}  // namespace

int app::feature_maps_command(int argc, char** argv) {
  app::SessionOptions session;
  app::FeatureMapsOptions options;
  return app::run_cli(
      argc, argv, "feature_maps",
      "Shows the mean map of each block of a trained U-Net (the study's figure 6), and measures how well it marks the\n"
      "boundary of the lungs, how far channels repeat each other, and which of them are dead.",
      [&](app::CommandLine& cli) {
        app::declare_session_options(cli, session);
        declare(cli, options);
      },
      [&](const app::CommandLine&) {
        return app::run_analysis(
            session, app::feature_maps_files(options),
            [&](const app::Choices& choices) { app::check(options, choices); },
            [&](app::Session& loaded, const auto& out) {
              std::fprintf(stderr, "mean maps of all blocks\n");
              return app::run_feature_maps(loaded, options, out);
            });
      });
}
