// study: runs every analysis on a trained model and writes one report.
#include "programs/commands.hpp"
#include "programs/study/study.hpp"
#include "support/cli/program.hpp"

namespace {

/// The command as a shell would take it.
std::string command_line(int argc, char** argv) {
  std::string text = "study";
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    std::string quoted;
    for (const char c : word) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
    const bool plain = !word.empty() && word.find_first_of(" \t\n'\"\\$&|;<>()*?[]#~`!{}") == word.npos;
    text += " " + (plain ? word : "'" + quoted + "'");
  }
  return text;
}

}  // namespace

int app::study_command(int argc, char** argv) {
  app::StudyOptions options;
  return app::run_cli(
      argc, argv, "study",
      "Runs every analysis on a trained model and its data: subgroups, kmeans, occlusion and feature_maps. Writes the\n"
      "files of each into a folder of its name in --out, and one report.html with everything in it.",
      [&](app::CommandLine& cli) {
        app::declare_session_options(cli, options.session);
        cli.flag("--quick", options.quick, "fewer random draws and occluded positions: a study to try things out");
        cli.option("--occlusion-stride", options.occlusion_stride,
                   "pixels between occluded positions, for all images of the test part: most of a study's time",
                   "N [the patch's size]");
      },
      [&](const app::CommandLine&) {
        options.command = command_line(argc, argv);
        return app::run_study(options);
      });
}
