// study: runs every analysis on a trained model and writes one report.
#include <CLI/CLI.hpp>

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

int main(int argc, char** argv) {
  app::StudyOptions options;
  CLI::App cli(
      "Runs every analysis on a trained model and its data: subgroups, kmeans, occlusion and feature_maps. Writes the\n"
      "files of each into a folder of its name in --out, and one report.html with everything in it.",
      "study");
  app::declare_session_options(cli, options.session);
  cli.add_flag("--quick", options.quick, "fewer random draws: a study to try things out");
  cli.add_option("--occlusion-stride", options.occlusion_stride,
                 "pixels between occluded positions, for all images of the test part: most of a study's time")
      ->option_text("N [14, the patch's size]");
  try {
    cli.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return cli.exit(error) == 0 ? 0 : 2;
  }
  options.command = command_line(argc, argv);
  return app::guarded("study", [&] { return app::Study(options).run(); });
}
