#include "programs/study/training_section.hpp"

#include "support/chart/curves.hpp"
#include "support/session/comparable.hpp"
#include "support/session/train_options.hpp"
#include "support/text/numbers.hpp"

namespace app {

namespace {

/// The defaults of these options are the paper's recipe.
Table recipe_table(const unet::TrainOptions& recipe, const unet::TrainOptions& papers = {}) {
  const auto schedule = [](const unet::Plateau& p) {
    return "times " + significant(p.factor, 3) + " after " + std::to_string(p.patience) + " epochs without a new best";
  };
  return {"Recipe",
          {"", "here", "paper"},
          {{"epochs", std::to_string(recipe.epochs), std::to_string(papers.epochs)},
           {"batch", std::to_string(recipe.batch_size), std::to_string(papers.batch_size)},
           {"optimiser", "Adam", "Adam"},
           {"learning rate", significant(recipe.learning_rate, 6), significant(papers.learning_rate, 6)},
           {"learning rate falls", schedule(recipe.plateau), schedule(papers.plateau)}},
          3};
}

Table epochs_table(const std::vector<EpochRecord>& history, int best) {
  Table table{"All epochs",
              {"epoch", "train loss", "train IoU", "validation loss", "validation IoU", "learning rate", "seconds"},
              {}};
  for (const EpochRecord& r : history)
    table.rows.push_back({std::to_string(r.epoch) + (r.epoch == best ? " (best)" : ""), fixed(r.train_loss, 4),
                          fixed(r.train_iou, 4), fixed(r.validation_loss, 4), fixed(r.validation_iou, 4),
                          significant(r.learning_rate, 4), fixed(r.seconds, 1)});
  return table;
}

/// The first of those with the highest validation IoU; null without a finite one.
const EpochRecord* best_epoch(const std::vector<EpochRecord>& history) {
  const EpochRecord* best = nullptr;
  for (const EpochRecord& record : history)
    if (std::isfinite(record.validation_iou) && (!best || record.validation_iou > best->validation_iou)) best = &record;
  return best;
}

}  // namespace

Section training_section(const Session& session) {
  Section section{"training", "Training", {}};
  if (session.run().empty() || !std::filesystem::exists(session.run() / "results.csv")) {
    section.add(Paragraph{
        "How the model was trained is not known: --model names a weights file, or a run folder without results.csv. "
        "Name the run folder of train to have its recipe and curves here."});
    return section;
  }
  TrainProgram program;
  program.resume = session.run();
  read_config(program);
  const std::vector<EpochRecord> history = read_history(session.run() / "results.csv");
  const EpochRecord* const best = best_epoch(history);
  const int best_number = best ? best->epoch : 0;
  section.add(beside_paper(recipe_table(program.recipe), session.data()));
  std::string text =
      std::to_string(history.size()) + " of " + std::to_string(program.recipe.epochs) + " epochs were trained.";
  if (best)
    text += " The best is epoch " + std::to_string(best_number) + ", with a validation IoU of " +
            fixed(best->validation_iou, 4) + "; its weights are what this report is about.";
  section.add(Paragraph{text});
  const auto figure = [&](const std::string& alt, const std::string& caption, const std::string& svg) {
    section.add(Figure{alt, caption, svg, {}});
  };
  figure("Loss over the epochs, in training and validation; the table below has the numbers.", "",
         loss_panel(history, best_number));
  figure("IoU over the epochs, in training and validation; the table below has the numbers.", "",
         iou_panel(history, best_number));
  figure("Learning rate over the epochs; the table below has the numbers.", "",
         learning_rate_panel(history, best_number));
  section.add(epochs_table(history, best_number));
  return section;
}

}  // namespace app
