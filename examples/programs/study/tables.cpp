#include "programs/study/tables.hpp"

#include "support/text/csv.hpp"
#include "support/text/numbers.hpp"

namespace app {

std::string parts_csv(const std::vector<PartSummary>& parts, bool with_paper) {
  std::vector<std::vector<std::string>> rows;
  for (const PartSummary& p : parts)
    rows.push_back({p.name, std::to_string(p.iou.size()), exact(p.mean), p.interval ? exact(p.interval->low) : "",
                    p.interval ? exact(p.interval->high) : "", exact(p.baseline_mean), with_paper ? exact(p.paper) : "",
                    with_paper ? exact(p.paper_baseline) : ""});
  return csv({"part", "images", "iou", "low", "high", "baseline_iou", "paper_iou", "paper_baseline_iou"}, rows);
}

std::string per_image_csv(Session& session) {
  std::vector<std::vector<std::string>> rows;
  for (unet::Index i = 0; i < session.data().size(); ++i) {
    const auto at = static_cast<std::size_t>(i);
    const unet::Record& r = session.record(i);
    const unet::ImageResult& result = session.results()[at];
    const auto part = session.part_of(i);
    rows.push_back({r.id, part ? unet::to_string(*part) : "", r.sex == unet::Sex::unknown ? "" : unet::to_string(r.sex),
                    r.age < 0 ? "" : std::to_string(r.age), r.abnormal ? (*r.abnormal ? "abnormal" : "normal") : "",
                    exact(result.iou), exact(result.dice), exact(result.loss), exact(session.baseline_iou()[at])});
  }
  return csv({"id", "part", "sex", "age", "finding", "iou", "dice", "loss", "baseline_iou"}, rows);
}

std::string blocks_csv(const std::vector<BlockRow>& blocks) {
  std::vector<std::vector<std::string>> rows;
  for (const BlockRow& b : blocks)
    rows.push_back({b.name, std::to_string(b.output.h), std::to_string(b.output.w), std::to_string(b.output.c),
                    std::to_string(b.parameters)});
  return csv({"block", "height", "width", "channels", "parameters"}, rows);
}

std::string findings_csv(const StudyPage& page) {
  std::vector<std::vector<std::string>> rows;
  const auto add = [&](const Section& section) {
    for (const Finding& finding : findings_of(section))
      rows.push_back({section.id, to_string(finding.verdict), finding.text, finding.reason});
  };
  add(page.summary);
  for (const Section& section : page.sections) add(section);
  return csv({"section", "verdict", "finding", "reason"}, rows);
}

}  // namespace app
