#include "programs/study/summary.hpp"

#include <array>

#include "programs/subgroups/tables.hpp"
#include "support/session/comparable.hpp"
#include "support/session/paper.hpp"
#include "support/text/numbers.hpp"

namespace app {

std::vector<PartSummary> part_summaries(Session& session) {
  constexpr double papers[3][2] = {{paper::iou_train, paper::baseline_train},
                                   {paper::iou_validation, paper::baseline_validation},
                                   {paper::iou_test, paper::baseline_test}};
  std::vector<PartSummary> all;
  for (const unet::Part part : unet::all_parts) {
    if (session.split()[part].empty()) continue;
    PartSummary s;
    s.name = unet::to_string(part);
    for (const unet::Index i : session.split()[part]) {
      s.iou.push_back(session.results()[static_cast<std::size_t>(i)].iou);
      s.baseline.push_back(session.baseline_iou()[static_cast<std::size_t>(i)]);
    }
    s.mean = unet::mean_and_error(s.iou).mean;
    s.baseline_mean = unet::mean_and_error(s.baseline).mean;
    s.interval = unet::bootstrap_mean(s.iou, {.seed = session.seed()});
    s.paper = papers[static_cast<std::size_t>(part)][0];
    s.paper_baseline = papers[static_cast<std::size_t>(part)][1];
    all.push_back(std::move(s));
  }
  return all;
}

Table parts_table(const std::vector<PartSummary>& parts, bool with_paper) {
  Table table{"Mean IoU of each part with its 95% interval", {"part", "images", "IoU", "mean-mask baseline"}, {}};
  for (const PartSummary& p : parts)
    table.rows.push_back({p.name, grouped(static_cast<long long>(p.iou.size())), with_interval(p.mean, p.interval),
                          fixed(p.baseline_mean, 3)});
  if (!with_paper) return table;
  table.caption += ", beside the paper's";
  table.header.insert(table.header.end(), {"paper: IoU", "paper: baseline"});
  for (std::size_t i = 0; i < parts.size(); ++i)
    table.rows[i].insert(table.rows[i].end(), {fixed(parts[i].paper, 3), fixed(parts[i].paper_baseline, 3)});
  return table;
}

namespace {

using Verdict = Finding::Verdict;

/// What counts as the same IoU: two trainings with other random numbers differ by about as much.
constexpr double margin = 0.02;

}  // namespace

Finding reaches_paper(const PartSummary& p) {
  Finding f;
  f.text = "The paper reports an IoU of " + fixed(p.paper, 3) + " on its " + p.name + " images; here it is " +
           with_interval(p.mean, p.interval) + ".";
  f.verdict = !p.interval                           ? Verdict::unclear
              : p.interval->high < p.paper - margin ? Verdict::not_supported
              : p.interval->low >= p.paper - margin ? Verdict::supported
                                                    : Verdict::unclear;
  return f;
}

namespace {

Finding beats_baseline(const PartSummary& p, std::uint64_t seed) {
  std::vector<double> gain;
  for (std::size_t i = 0; i < p.iou.size(); ++i) gain.push_back(p.iou[i] - p.baseline[i]);
  const auto interval = unet::bootstrap_mean(gain, {.seed = seed});
  Finding f;
  f.text = "The paper's net is better than the mean training mask (" + fixed(p.paper, 3) + " against " +
           fixed(p.paper_baseline, 3) + " on " + p.name + " images); here the gain in IoU is " +
           with_interval(p.mean - p.baseline_mean, interval) + ".";
  f.verdict = !interval || (interval->low <= 0 && interval->high >= 0) ? Verdict::unclear
              : interval->low > 0                                      ? Verdict::supported
                                                                       : Verdict::not_supported;
  return f;
}

/// The paper's parts differ by 0.01 at most: the net does as well on new images as on those it was trained on.
Finding generalises(const PartSummary& train, const PartSummary& test, std::uint64_t seed) {
  const auto interval = unet::bootstrap_difference(train.iou, test.iou, {.seed = seed});
  Finding f;
  f.text = "The paper's net does nearly as well on test images as on training images (" + fixed(test.paper, 3) +
           " and " + fixed(train.paper, 3) + "); here the loss from training to test images is " +
           with_interval(train.mean - test.mean, interval) + ". Judged with a margin of " + fixed(margin, 2) + ".";
  f.verdict = !interval                  ? Verdict::unclear
              : interval->high <= margin ? Verdict::supported
              : interval->low > margin   ? Verdict::not_supported
                                         : Verdict::unclear;
  return f;
}

}  // namespace

Section summary_section(const Session& session, const std::vector<PartSummary>& parts) {
  Section section{"summary", "Summary", {}};
  if (session.data_name() == "phantom")
    section.add(Paragraph{
        "The images are synthetic: a drawn phantom of a chest, made to try the programs. Nothing here is evidence "
        "about patients, and verdicts on the paper only show how a real study would be judged."});
  section.add(Paragraph{
      "IoU is taken of each image at probability 0.5 and averaged over images; intervals are studentised bootstrap "
      "intervals over the images of this one trained model, so they do not contain the chance of training. The "
      "baseline predicts the mean training mask for every image."});
  section.add(parts_table(parts, are_papers_images(session.data())));
  const std::string reason = not_comparable(session);
  section.add(Paragraph{reason.empty() ? "Verdicts on an IoU have a margin of " + fixed(margin, 2) +
                                             ": two trainings with other random numbers differ by about as much."
                                       : "What the paper claims is not judged here, because " + reason + "."});
  for (const PartSummary& p : parts) section.add(beside_paper(reaches_paper(p), reason));
  section.add(beside_paper(beats_baseline(parts.back(), session.seed()), reason));
  const auto part = [&](const char* name) {
    return std::find_if(parts.begin(), parts.end(), [&](const PartSummary& p) { return p.name == name; });
  };
  if (part("train") != parts.end() && part("test") != parts.end())
    section.add(beside_paper(generalises(*part("train"), *part("test"), session.seed()), reason));
  return section;
}

}  // namespace app
