// subgroups: how well groups of patients are served, by sex, finding and age.

#include "programs/commands.hpp"
#include "programs/subgroups/subgroups.hpp"
#include "support/cli/program.hpp"
#include "support/session/run_analysis.hpp"

int app::subgroups_command(int argc, char** argv) {
  app::SessionOptions session_options;
  app::SubgroupOptions options;
  return app::run_cli(
      argc, argv, "subgroups",
      "Tells how well a trained model serves groups of patients: IoU by sex, finding and age, beside the mean-mask\n"
      "baseline, with bootstrap intervals and permutation tests. Writes CSV files and charts.",
      [&](app::CommandLine& cli) {
        app::declare_session_options(cli, session_options);
        cli.option("--part", options.part, "which images: the paper pools the three parts",
                   "all|train|validation|test [all]");
        cli.option("--window", options.window, "years of age that a running mean takes in, an odd number",
                   "YEARS [11]");
        cli.option("--draws", options.draws, "of the bootstrap and of each permutation test", "N [10000]");
      },
      [&](const app::CommandLine&) {
        app::check(options);
        return app::run_analysis(
            session_options, app::subgroup_files, [&](const app::Choices& choices) { choices.images(options.part); },
            [&](app::Session& session, const auto& out) { return app::run_subgroups(session, options, out); });
      });
}
