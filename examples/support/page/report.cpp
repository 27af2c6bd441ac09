#include "support/page/report.hpp"

#include "support/chart/curves.hpp"
#include "support/page/html.hpp"
#include "support/page/report_style.hpp"
#include "support/picture/overlay.hpp"
#include "support/text/markup.hpp"
#include "support/text/numbers.hpp"
#include "unet/io/atomic_file.hpp"

namespace app {

namespace {

std::string headline(const ReportData& data) {
  std::string out;
  if (data.best_epoch > 0)
    out += html::element("p", " class=\"soft\"",
                         "Best validation IoU at epoch " + std::to_string(data.best_epoch) + "; " +
                             std::to_string(data.history.size()) + " of " + std::to_string(data.planned_epochs) +
                             " epochs trained.") +
           "\n";
  out += "<ul class=\"headline\">\n";
  for (const PartResult& part : data.parts)
    if (part.images > 0)
      out += "<li>" + html::element("strong", "", fixed(part.iou, 3)) + escape(part.name + " IoU") + "<br>" +
             html::element("span", " class=\"soft\"", "baseline " + fixed(part.baseline_iou, 3)) + "</li>\n";
  return out + "</ul>\n";
}

std::string parts_table(const ReportData& data) {
  const std::string note =
      html::element("p", " class=\"soft\"",
                    "IoU and Dice: of each image at probability 0.5, averaged over the images. Baseline: the mean "
                    "training mask, predicted for every image.");
  std::string rows = html::header_row({"part", "images", "IoU", "Dice", "baseline IoU"}) + "<tbody>\n";
  for (const PartResult& part : data.parts)
    rows += "<tr>" + html::element("th", " scope=\"row\"", part.name) + html::number_cell(grouped(part.images)) +
            html::number_cell(fixed(part.iou, 4)) + html::number_cell(fixed(part.dice, 4)) +
            html::number_cell(fixed(part.baseline_iou, 4)) + "</tr>\n";
  return note + "\n" + html::scrolling_table("aria-label", "IoU and Dice by part", rows + "</tbody>\n");
}

std::string overlays(const ReportData& data) {
  if (data.overlays.empty()) return "";
  const auto key = [](Colour c, const char* name) {
    return "<span class=\"key\" style=\"background:rgb(" + std::to_string(c.r) + "," + std::to_string(c.g) + "," +
           std::to_string(c.b) + ")\"></span>" + name;
  };
  std::string out = "<h2>Validation images</h2>\n<p class=\"soft\">Outlines: " + key(truth_colour, "truth") + ", " +
                    key(prediction_colour, "prediction") + "; dashes of both colours where they coincide.</p>\n";
  for (const OverlayFigure& figure : data.overlays) {
    const std::string caption = figure.role + ": " + figure.id + ", IoU " + fixed(figure.iou, 3);
    out += "<figure>\n<img" +
           svg::attribute("alt", caption + ". Input, outline of the truth, outlines of truth and prediction.") +
           " src=\"data:image/png;base64," + base64(figure.png) + "\">\n" + html::element("figcaption", "", caption) +
           "\n</figure>\n";
  }
  return out;
}

std::string facts(const std::string& title, const std::vector<Fact>& list) {
  if (list.empty()) return "";
  std::string out = "<section>\n" + html::element("h2", "", title) + "\n<table>\n<tbody>\n";
  for (const Fact& fact : list)
    out += "<tr>" + html::element("th", " scope=\"row\"", fact.name) + html::element("td", "", fact.value) + "</tr>\n";
  return out + "</tbody>\n</table>\n</section>\n";
}

std::string epoch_table(const ReportData& data) {
  std::string rows = html::header_row({"epoch", "train loss", "train IoU", "validation loss", "validation IoU",
                                       "learning rate", "seconds", "images/s", "peak memory (MB)"}) +
                     "<tbody>\n";
  for (const EpochRecord& r : data.history) {
    const bool best = r.epoch == data.best_epoch;
    rows += best ? "<tr class=\"best\">" : "<tr>";
    rows += html::element("th", " scope=\"row\"", std::to_string(r.epoch) + (best ? " (best)" : ""));
    for (const std::string& cell : {fixed(r.train_loss, 4), fixed(r.train_iou, 4), fixed(r.validation_loss, 4),
                                    fixed(r.validation_iou, 4), significant(r.learning_rate, 4), fixed(r.seconds, 1),
                                    fixed(r.images_per_second, 1), fixed(r.peak_memory_mb, 0)})
      rows += html::number_cell(cell);
    rows += "</tr>\n";
  }
  return "<details>\n" + html::element("summary", "", "All epochs (" + std::to_string(data.history.size()) + ")") +
         "\n" + html::scrolling_table("aria-label", "All epochs", rows + "</tbody>\n") + "</details>\n";
}

}  // namespace

std::string report_html(const ReportData& data) {
  std::string main =
      html::element("h1", "", data.title) + "\n" + headline(data) + parts_table(data) + "<h2>Learning curves</h2>\n" +
      html::element("p", " class=\"soft\"",
                    "Training values are means during the epoch, while the weights still change and "
                    "normalisation uses each batch; validation values are computed after it.") +
      "\n<div class=\"curve-panels\">\n" + loss_panel(data.history, data.best_epoch) +
      iou_panel(data.history, data.best_epoch) + "</div>\n" + epoch_table(data) + overlays(data) +
      "<div class=\"facts\">\n" + facts("Data", data.data) + facts("Model", data.model) + facts("Recipe", data.recipe) +
      facts("Versions", data.versions) + facts("Times", data.times) + "</div>\n";
  return html::page(data.title, std::string(report_style()) + curves_style(), "<main>\n" + main + "</main>\n");
}

void write_report(const std::filesystem::path& path, const ReportData& data) {
  unet::write_file_atomically(path, report_html(data));
}

}  // namespace app
