// subgroups: how well groups of patients are served, by sex, finding and age.
#include <CLI/CLI.hpp>

#include "programs/subgroups/subgroups.hpp"
#include "support/cli/program.hpp"

int main(int argc, char** argv) {
  app::SessionOptions session_options;
  app::SubgroupOptions options;
  CLI::App cli(
      "Tells how well a trained model serves groups of patients: IoU by sex, finding and age, beside the mean-mask\n"
      "baseline, with bootstrap intervals and permutation tests. Writes CSV files and charts.",
      "subgroups");
  app::declare_session_options(cli, session_options);
  cli.add_option("--part", options.part, "which images: the paper pools the three parts")
      ->option_text("all|train|validation|test [all]");
  cli.add_option("--window", options.window, "years of age that a running mean takes in, an odd number")
      ->option_text("YEARS [11]");
  cli.add_option("--draws", options.draws, "of the bootstrap and of each permutation test")->option_text("N [10000]");
  try {
    cli.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return cli.exit(error) == 0 ? 0 : 2;
  }
  return app::guarded("subgroups", [&] {
    app::check(options);
    const app::ResultFolder out(session_options.out, app::subgroup_files, session_options.overwrite);
    app::Session session(session_options);
    app::print(app::run_subgroups(session, options, out));
    std::printf("written to %s\n", out.path().string().c_str());
    return 0;
  });
}
