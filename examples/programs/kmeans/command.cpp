// kmeans: which groups of images the latent space holds, and what they have to do with the patients.

#include "programs/commands.hpp"
#include "programs/kmeans/kmeans.hpp"
#include "programs/kmeans/save_latents.hpp"
#include "support/cli/program.hpp"
#include "support/session/run_analysis.hpp"

int app::kmeans_command(int argc, char** argv) {
  app::SessionOptions session_options;
  app::KMeansProgramOptions options;
  return app::run_cli(
      argc, argv, "kmeans",
      "Groups images by the latents that a trained model has for them (k-means), and compares the groups with sex and\n"
      "finding, with the brightness of the images, and with groups of raw pixels. Writes CSV files and pictures.",
      [&](app::CommandLine& cli) {
        app::declare_session_options(cli, session_options);
        cli.option("--part", options.part, "which images: the paper pools the three parts",
                   "all|train|validation|test [all]");
        cli.option("--layer", options.layer, "of the net, or pixels: the images themselves", "NAME [latent]");
        cli.option("--k", options.clusters, "number of clusters", "K [4]");
        cli.option("--restarts", options.restarts, "runs of k-means, of which the best counts", "N [10]");
        cli.option("--draws", options.draws, "of each permutation test", "N [9999]");
        cli.option("--memory-limit", options.memory_limit, "latents that need more go to a temporary file in --out",
                   "MB [256]");
        cli.option("--save-latents", options.save_latents, "safetensors file with latents, initial centres and labels",
                   "FILE");
      },
      [&](const app::CommandLine&) {
        app::check(options);
        app::check_latents_file(options.save_latents, session_options.overwrite);
        return app::run_analysis(
            session_options, app::kmeans_files, [&](const app::Choices& choices) { app::check(options, choices); },
            [&](app::Session& session, const auto& out) {
              std::fprintf(stderr, "grouping images by %s\n", options.layer.c_str());
              return app::run_kmeans(session, options, out);
            });
      });
}
