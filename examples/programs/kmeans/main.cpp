// kmeans: which groups of images the latent space holds, and what they have to do with the patients.
#include <CLI/CLI.hpp>

#include "programs/kmeans/kmeans.hpp"
#include "support/cli/program.hpp"

int main(int argc, char** argv) {
  app::SessionOptions session_options;
  app::KMeansProgramOptions options;
  CLI::App cli(
      "Groups images by the latents that a trained model has for them (k-means), and compares the groups with sex and\n"
      "finding, with the brightness of the images, and with groups of raw pixels. Writes CSV files and pictures.",
      "kmeans");
  app::declare_session_options(cli, session_options);
  cli.add_option("--part", options.part, "which images: the paper pools the three parts")
      ->option_text("all|train|validation|test [all]");
  cli.add_option("--layer", options.layer, "of the net, or pixels: the images themselves")
      ->option_text("NAME [latent]");
  cli.add_option("--k", options.clusters, "number of clusters")->option_text("K [4]");
  cli.add_option("--restarts", options.restarts, "runs of k-means, of which the best counts")->option_text("N [10]");
  cli.add_option("--draws", options.draws, "of each permutation test")->option_text("N [9999]");
  cli.add_option("--memory-limit", options.memory_limit, "latents that need more go to a temporary file in --out")
      ->option_text("MB [256]");
  cli.add_option("--save-latents", options.save_latents, "safetensors file with latents, initial centres and labels")
      ->option_text("FILE");
  try {
    cli.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return cli.exit(error) == 0 ? 0 : 2;
  }
  return app::guarded("kmeans", [&] {
    app::check(options);
    app::check_latents_file(options.save_latents, session_options.overwrite);
    const app::ResultFolder out(session_options.out, app::kmeans_files, session_options.overwrite);
    app::Session session(session_options);
    std::fprintf(stderr, "grouping images by %s\n", options.layer.c_str());
    app::print(app::run_kmeans(session, options, out));
    std::printf("written to %s\n", out.path().string().c_str());
    return 0;
  });
}
