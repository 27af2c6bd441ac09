// report.html: one page that holds all of a run and needs neither network nor scripts.
#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "support/curves.hpp"
#include "support/markup.hpp"
#include "support/overlay.hpp"
#include "support/report_data.hpp"
#include "support/report_style.hpp"
#include "unet/io/atomic_file.hpp"

namespace app {

namespace detail {

inline std::string element(const std::string& name, const std::string& attributes, std::string_view content) {
  return "<" + name + attributes + ">" + escape(content) + "</" + name + ">";
}

/// A table in a box that scrolls by itself, so that the page never scrolls sideways; reachable by keyboard.
inline std::string scrolling_table(const std::string& label, const std::string& rows) {
  return "<div class=\"scroll\" role=\"region\" tabindex=\"0\"" + svg::attribute("aria-label", label) + ">\n<table>\n" +
         rows + "</table>\n</div>\n";
}

inline std::string header_row(const std::vector<std::string>& names) {
  std::string out = "<thead><tr>";
  for (std::size_t i = 0; i < names.size(); ++i)
    out += element("th", i == 0 ? " scope=\"col\"" : " scope=\"col\" class=\"number\"", names[i]);
  return out + "</tr></thead>\n";
}

inline std::string number_cell(const std::string& text) { return element("td", " class=\"number\"", text); }

inline std::string headline(const ReportData& data) {
  std::string out;
  if (data.best_epoch > 0)
    out += element("p", " class=\"soft\"",
                   "Best validation IoU at epoch " + std::to_string(data.best_epoch) + "; " +
                       std::to_string(data.history.size()) + " of " + std::to_string(data.planned_epochs) +
                       " epochs trained.") +
           "\n";
  out += "<ul class=\"headline\">\n";
  for (const PartResult& part : data.parts)
    if (part.images > 0)
      out += "<li>" + element("strong", "", fixed(part.iou, 3)) + escape(part.name + " IoU") + "<br>" +
             element("span", " class=\"soft\"", "baseline " + fixed(part.baseline_iou, 3)) + "</li>\n";
  return out + "</ul>\n";
}

inline std::string parts_table(const ReportData& data) {
  const std::string note =
      element("p", " class=\"soft\"",
              "IoU: of each image at probability 0.5, averaged over the images. Baseline: the mean "
              "training mask, predicted for every image.");
  std::string rows = header_row({"part", "images", "IoU", "baseline"}) + "<tbody>\n";
  for (const PartResult& part : data.parts)
    rows += "<tr>" + element("th", " scope=\"row\"", part.name) + number_cell(grouped(part.images)) +
            number_cell(fixed(part.iou, 4)) + number_cell(fixed(part.baseline_iou, 4)) + "</tr>\n";
  return note + "\n" + scrolling_table("IoU by part", rows + "</tbody>\n");
}

inline std::string overlays(const ReportData& data) {
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
           " src=\"data:image/png;base64," + base64(figure.png) + "\">\n" + element("figcaption", "", caption) +
           "\n</figure>\n";
  }
  return out;
}

inline std::string facts(const std::string& title, const std::vector<Fact>& list) {
  if (list.empty()) return "";
  std::string out = "<section>\n" + element("h2", "", title) + "\n<table>\n<tbody>\n";
  for (const Fact& fact : list)
    out += "<tr>" + element("th", " scope=\"row\"", fact.name) + element("td", "", fact.value) + "</tr>\n";
  return out + "</tbody>\n</table>\n</section>\n";
}

inline std::string epoch_table(const ReportData& data) {
  std::string rows = header_row({"epoch", "train loss", "train IoU", "validation loss", "validation IoU",
                                 "learning rate", "seconds", "images/s", "peak memory (MB)"}) +
                     "<tbody>\n";
  for (const EpochRecord& r : data.history) {
    const bool best = r.epoch == data.best_epoch;
    rows += best ? "<tr class=\"best\">" : "<tr>";
    rows += element("th", " scope=\"row\"", std::to_string(r.epoch) + (best ? " (best)" : ""));
    for (const std::string& cell : {fixed(r.train_loss, 4), fixed(r.train_iou, 4), fixed(r.validation_loss, 4),
                                    fixed(r.validation_iou, 4), significant(r.learning_rate, 4), fixed(r.seconds, 1),
                                    fixed(r.images_per_second, 1), fixed(r.peak_memory_mb, 0)})
      rows += number_cell(cell);
    rows += "</tr>\n";
  }
  return "<details>\n" + element("summary", "", "All epochs (" + std::to_string(data.history.size()) + ")") + "\n" +
         scrolling_table("All epochs", rows + "</tbody>\n") + "</details>\n";
}

}  // namespace detail

/// The page as text. Everything that comes from outside is escaped.
inline std::string report_html(const ReportData& data) {
  std::string out =
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n" +
      detail::element("title", "", data.title) + "\n<style>\n" + report_style() + curves_style() +
      "</style>\n</head>\n<body>\n<main>\n" + detail::element("h1", "", data.title) + "\n" + detail::headline(data) +
      detail::parts_table(data) + "<h2>Learning curves</h2>\n<div class=\"curve-panels\">\n" +
      loss_panel(data.history, data.best_epoch) + iou_panel(data.history, data.best_epoch) + "</div>\n" +
      detail::epoch_table(data) + detail::overlays(data) + "<div class=\"facts\">\n";
  out += detail::facts("Data", data.data) + detail::facts("Model", data.model) + detail::facts("Recipe", data.recipe) +
         detail::facts("Versions", data.versions) + detail::facts("Times", data.times);
  return out + "</div>\n</main>\n</body>\n</html>\n";
}

/// Writes report.html, atomically. Throws unet::FileError.
inline void write_report(const std::filesystem::path& path, const ReportData& data) {
  unet::write_file_atomically(path, report_html(data));
}

}  // namespace app
