#include "programs/train/results.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "support/cli/machine.hpp"
#include "support/cli/program.hpp"
#include "support/picture/overlay.hpp"
#include "support/text/csv.hpp"
#include "support/text/date.hpp"
#include "support/text/json.hpp"
#include "support/text/numbers.hpp"
#include "unet/core/parallel.hpp"
#include "unet/io/json_text.hpp"
#include "unet/version.hpp"

namespace app {

namespace {

using PartResults = std::array<std::vector<unet::ImageResult>, 3>;

unet::ImageResult mean_of(const std::vector<unet::ImageResult>& results) {
  constexpr double none = std::numeric_limits<double>::quiet_NaN();
  return results.empty() ? unet::ImageResult{none, none, none} : unet::mean(results);
}

std::string summary_json(const RunFacts& facts, const PartResults& results) {
  std::vector<std::pair<std::string, std::string>> iou, baseline;
  for (const unet::Part part : unet::all_parts) {
    const auto p = static_cast<std::size_t>(part);
    if (results[p].empty()) continue;
    iou.emplace_back(unet::to_string(part), unet::json_number(mean_of(results[p]).iou));
    baseline.emplace_back(unet::to_string(part), unet::json_number(facts.baseline[p]));
  }
  return unet::json_object({{"best_epoch", unet::json_number(facts.best_epoch)},
                            {"iou", unet::json_object(iou)},
                            {"baseline", unet::json_object(baseline)},
                            {"pos_weight", unet::json_number(facts.program.recipe.pos_weight)}});
}

std::string per_image_csv(const Parts& parts, const PartResults& results) {
  std::string text = "id,part,sex,age,finding,iou,loss\n";
  for (const unet::Part part : unet::all_parts)
    for (unet::Index i = 0; i < parts[part].size(); ++i) {
      const unet::Record& record = parts.record(part, i);
      const unet::ImageResult& result = results[static_cast<std::size_t>(part)][static_cast<std::size_t>(i)];
      text += csv_cell(record.id) + "," + unet::to_string(part) + "," +
              (record.sex == unet::Sex::unknown ? "" : unet::to_string(record.sex)) + "," +
              (record.age < 0 ? "" : std::to_string(record.age)) + "," + csv_cell(record.finding) + "," +
              exact(result.iou) + "," + exact(result.loss) + "\n";
    }
  return text;
}

/// Image, truth and prediction.
Picture panel_of(TrainedModel& model, const unet::Subset<DataSource>& set, unet::Index i) {
  const unet::Shape s = set.shape();
  unet::Image image(s.h, s.w, s.c), target(s.h, s.w, 1);
  set.load(i, image.view(), target.view());
  const auto logits = model.predict(std::as_const(image).view());
  std::vector<std::uint8_t> truth, prediction;
  for (const float value : target.pixels) truth.push_back(value > 0.5f);
  for (const auto value : logits.values) prediction.push_back(value > 0);
  return panel(image, truth, prediction);
}

/// Best, median and worst validation image.
std::vector<OverlayFigure> write_overlays(const RunFolder& folder, TrainedModel& model,
                                          const unet::Subset<DataSource>& validation,
                                          const std::vector<unet::ImageResult>& results) {
  std::vector<unet::Index> order(results.size());
  std::iota(order.begin(), order.end(), unet::Index{0});
  const auto iou = [&](unet::Index i) { return results[static_cast<std::size_t>(i)].iou; };
  std::stable_sort(order.begin(), order.end(), [&](unet::Index a, unet::Index b) { return iou(a) > iou(b); });
  std::vector<OverlayFigure> figures;
  const std::pair<const char*, std::size_t> wanted[] = {
      {"best", 0}, {"median", order.size() / 2}, {"worst", order.size() - 1}};
  for (const auto& [role, place] : wanted) {
    const unet::Index i = order[place];
    const Picture picture = panel_of(model, validation, i);
    write_png(folder / ("overlay_" + std::string(role) + ".png"), picture);
    figures.push_back({role, validation.id(i), iou(i), encode_png(picture)});
  }
  return figures;
}

ReportData report_data(const RunFacts& facts, const std::vector<EpochRecord>& history, const Parts& parts,
                       const PartResults& results) {
  const TrainProgram& o = facts.program;
  ReportData report;
  report.title =
      "U-Net training run: " +
      (o.data.data == "phantom" ? std::string("phantom") : std::filesystem::path(o.data.data).filename().string());
  report.history = history;
  report.best_epoch = facts.best_epoch;
  report.planned_epochs = o.recipe.epochs;
  for (const unet::Part part : unet::all_parts) {
    const auto p = static_cast<std::size_t>(part);
    const unet::ImageResult mean = mean_of(results[p]);
    report.parts.push_back({unet::to_string(part), parts[part].size(), mean.iou, facts.baseline[p], mean.dice});
  }
  const std::string size = std::to_string(o.data.size);
  report.data = {{"data", o.data.data == "phantom" ? "phantom (synthetic)" : o.data.data},
                 {"image size", size + " x " + size},
                 {"split", o.split.empty() ? "drawn from the seed" : o.split},
                 {"pos_weight", significant(o.recipe.pos_weight, 5)}};
  report.model = {{"net", o.net},
                  {"parameters", grouped(facts.parameters)},
                  {"backend", o.backend.name},
                  {"precision", o.backend.precision}};
  report.recipe = {{"epochs", std::to_string(o.recipe.epochs)},
                   {"batch", std::to_string(o.recipe.batch_size)},
                   {"loss", "binary cross-entropy, foreground times pos_weight"},
                   {"optimiser", "Adam"},
                   {"learning rate", significant(o.recipe.learning_rate, 6)},
                   {"schedule", "times " + significant(o.recipe.plateau.factor, 3) + " after " +
                                    std::to_string(o.recipe.plateau.patience) + " epochs without a new best"},
                   {"seed", std::to_string(o.recipe.seed)}};
  report.versions = {{"unet", unet::version}, {"compiler", compiler_name()}, {"processor", processor_name()}};
  double seconds = 0;
  for (const EpochRecord& record : history) seconds += record.seconds;
  report.times = {{"date", date_text(std::time(nullptr))},
                  {"training and validation", duration(seconds)},
                  {"threads", std::to_string(unet::thread_count())}};
  return report;
}

}  // namespace

bool write_results(const RunFolder& folder, const RunFacts& facts, const std::vector<EpochRecord>& history,
                   TrainedModel& best, const Parts& parts) {
  PartResults results;
  const unet::TrainOptions& recipe = facts.program.recipe;
  for (const unet::Part part : unet::all_parts) {
    auto& result = results[static_cast<std::size_t>(part)];
    if (parts[part].size() > 0) result = best.evaluate(parts[part], recipe.batch_size, recipe.pos_weight, interrupted);
    if (static_cast<unet::Index>(result.size()) < parts[part].size()) return false;
  }
  ReportData report = report_data(facts, history, parts, results);
  report.overlays = write_overlays(folder, best, parts.validation, results[1]);
  unet::write_file_atomically(folder / "per_image.csv", per_image_csv(parts, results));
  write_report(folder / "report.html", report);
  unet::write_file_atomically(folder / "summary.json", in_lines(summary_json(facts, results)) + "\n");

  std::printf("best epoch %d: IoU", facts.best_epoch);
  for (const unet::Part part : unet::all_parts) {
    const auto p = static_cast<std::size_t>(part);
    if (!results[p].empty())
      std::printf("%s %.4f %s (baseline %.4f)", part == unet::Part::train ? "" : ",", mean_of(results[p]).iou,
                  unet::to_string(part), facts.baseline[p]);
  }
  std::printf("\nlook at %s\n", (folder / "report.html").c_str());
  return true;
}

}  // namespace app
