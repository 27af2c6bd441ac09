#include "support/session/session_options.hpp"

#include "support/session/backend_options.hpp"

void app::declare_session_options(CommandLine& cli, SessionOptions& o) {
  cli.example("--model run --out results  # run: a folder that train has written");
  cli.option("--model", o.model, "run folder of `train`, or a weights file", "RUN|FILE (required)",
             CommandLine::required);
  cli.option("--data", o.data, "folder with images, masks and metadata, or the synthetic images",
             "DIR|phantom [the run's]");
  cli.option("--count", o.count, "number of phantom images", "N [the run's, or 200]");
  cli.option("--size", o.size, "height and width of the images", "N [as in training]");
  cli.option("--split", o.split, "CSV with columns id,part: train, validation, test",
             "FILE [the run's; without one drawn from the seed]");
  declare_backend_options(cli, o.backend);
  cli.option("--seed", o.seed, "decides everything random; the same seed gives the same results",
             "N [the run's, or 0]");
  cli.option("--threads", o.threads, "results do not depend on it", "N [all cores]");
  cli.option("--out", o.out, "folder to write to", "DIR (required)", CommandLine::required);
  cli.flag("--overwrite", o.overwrite, "replace results that are in --out");
}
