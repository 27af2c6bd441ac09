#include "programs/occlusion/files.hpp"

#include "support/page/section.hpp"
#include "support/text/csv.hpp"
#include "support/text/numbers.hpp"

namespace app {

namespace {

std::string exact_or_empty(const std::optional<double>& value) { return value ? exact(*value) : ""; }

std::vector<std::string> estimate_cells(const std::string& name, const unet::ImportanceEstimate& e,
                                        const std::optional<double>& p_holm) {
  return {name,
          std::to_string(e.images),
          std::isnan(e.mean) ? "" : exact(e.mean),
          e.interval ? exact(e.interval->low) : "",
          e.interval ? exact(e.interval->high) : "",
          exact_or_empty(e.p_value),
          exact_or_empty(p_holm)};
}

}  // namespace

std::string occlusion_csv(const std::vector<unet::Record>& records, const std::vector<OccludedImage>& images) {
  std::string text = "id,row,column,loss,standard_error\n";
  for (const OccludedImage& image : images) {
    const std::string id = csv_cell(records[static_cast<std::size_t>(image.index)].id);
    for (std::size_t i = 0; i < image.map.score.size(); ++i) {
      const auto columns = static_cast<std::size_t>(image.map.columns);
      const double error = image.map.standard_error[i];
      text += id + "," + std::to_string(i / columns) + "," + std::to_string(i % columns) + "," +
              exact(image.map.score[i]) + "," + (std::isnan(error) ? "" : exact(error)) + "\n";
    }
  }
  return text;
}

std::string regions_csv(const std::vector<unet::Record>& records, const std::vector<OccludedImage>& images) {
  std::vector<std::string> header = {"id", "sex", "age", "finding", "iou", "lungs", "reference"};
  for (const unet::LungRegion region : unet::all_lung_regions) {
    std::string name = to_string(region);
    std::replace(name.begin(), name.end(), ' ', '_');
    header.push_back(name);
  }
  std::vector<std::vector<std::string>> rows;
  for (const OccludedImage& image : images) {
    const unet::Record& r = records[static_cast<std::size_t>(image.index)];
    rows.push_back({r.id, r.sex == unet::Sex::unknown ? "" : to_string(r.sex), r.age < 0 ? "" : std::to_string(r.age),
                    r.abnormal ? *r.abnormal ? "abnormal" : "normal" : "", exact(image.iou),
                    std::to_string(image.lungs), exact(image.map.reference)});
    for (const auto& value : image.importance) rows.back().push_back(exact_or_empty(value));
  }
  return csv(header, rows);
}

std::string regions_summary_csv(const ImportanceStatistics& s) {
  std::vector<std::vector<std::string>> rows;
  for (const auto& row : s.regions) {
    const std::string name = to_string(row.region);
    rows.push_back(estimate_cells(name, row.all, {}));
    rows.push_back(estimate_cells(name + ", women", row.women, {}));
    rows.push_back(estimate_cells(name + ", men", row.men, {}));
  }
  for (const ImportanceComparison& c : s.comparisons) rows.push_back(estimate_cells(c.name, c.estimate, c.p_holm));
  return csv({"quantity", "images", "mean", "low", "high", "p", "p_holm"}, rows);
}

}  // namespace app
