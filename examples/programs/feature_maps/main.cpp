// feature_maps: the mean map of each block for chosen images, and what its channels and maps are worth.
#include "programs/feature_maps/feature_maps.hpp"

namespace {

void declare(CLI::App& cli, app::FeatureMapsOptions& o) {
  cli.add_option("--ids", o.ids, "images to show")
      ->delimiter(',')
      ->option_text("ID,ID,... [best and worst male, female, normal, abnormal]");
  cli.add_option("--part", o.part, "images that are shown and that the numbers are about")
      ->option_text("train|validation|test|all [test]");
  cli.add_option("--channels", o.channels, "also a sheet of every channel of these layers, for the first image shown")
      ->delimiter(',')
      ->option_text("LAYER,LAYER,...");
  cli.add_option("--boundary", o.boundary, "half width of the lung boundary, as a share of the image's side")
      ->option_text("X [0.02]");
  cli.add_option("--redundant", o.redundant, "correlation beyond which two channels say the same")
      ->option_text("R [0.95]");
}

int run(const app::SessionOptions& session_options, const app::FeatureMapsOptions& o) {
  app::Session session(session_options);
  const app::ResultFolder out(session_options.out, app::feature_maps_files(o), session_options.overwrite);
  app::print(app::run_feature_maps(session, o, out));
  std::fprintf(stderr, "results are in %s: %s\n", out.path().c_str(),
               app::detail::joined(app::feature_maps_files(o)).c_str());
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  app::SessionOptions session;
  app::FeatureMapsOptions options;
  CLI::App cli(
      "Shows the mean map of each block of a trained U-Net (the study's figure 6), and measures how well it marks the\n"
      "boundary of the lungs, how far channels repeat each other, and which of them are dead.",
      "feature_maps");
  app::declare_session_options(cli, session);
  declare(cli, options);
  try {
    cli.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return cli.exit(error) == 0 ? 0 : 2;
  }
  return app::guarded("feature_maps", [&] { return run(session, options); });
}
