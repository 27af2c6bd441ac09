#include "programs/subgroups/subgroups.hpp"

#include "programs/subgroups/age_chart.hpp"
#include "programs/subgroups/charts.hpp"
#include "programs/subgroups/files.hpp"
#include "programs/subgroups/sentences.hpp"
#include "programs/subgroups/tables.hpp"
#include "support/cli/task_progress.hpp"
#include "support/session/comparable.hpp"

namespace app {

std::string which_images(const Session& session, const std::string& part, const std::vector<unet::Index>& images) {
  unet::Index trained = 0;
  for (const unet::Index i : images) trained += session.part_of(i) == unet::Part::train;
  std::string text = part == "all"
                         ? "All " + grouped(static_cast<long long>(images.size())) + " images of the split"
                         : "The " + grouped(static_cast<long long>(images.size())) + " images of the part " + part;
  if (trained > 0)
    text += "; " + (part == "all" ? grouped(trained) + " of them" : std::string("they")) +
            " are in the training part, which the model has seen, so figures are too good for new patients" +
            (part == "all" ? " (the paper pools the three parts too)" : "");
  return text + ".";
}

Section run_subgroups(Session& session, const SubgroupOptions& options, const ResultFolder& out) {
  check(options);
  SubgroupData data{session.data().records(), session.images(options.part), {}, session.baseline_iou(), {}};
  for (const unet::ImageResult& result : session.results()) data.iou.push_back(result.iou);
  for (unet::Index i = 0; i < session.data().size(); ++i)
    data.trained.push_back(session.part_of(i) == unet::Part::train);
  TaskProgress progress("intervals and tests");
  const SubgroupAnalysis a = analyse(data, options, session.seed(), progress.callback());

  const std::string by_class = iou_by_class_svg(a),
                    by_age = age_chart_svg(a.ages, a.baseline_ages, options.window, "iou-by-age"), tests = tests_svg(a);
  out.write("counts.csv", counts_csv(a));
  out.write("iou_by_class.csv", iou_by_class_csv(a));
  out.write("iou_by_class.svg", by_class);
  out.write("iou_by_age.csv", iou_by_age_csv(a));
  out.write("iou_by_age.svg", by_age);
  out.write("tests.csv", tests_csv(a));
  out.write("tests.svg", tests);

  Section section{"subgroups", "Subgroups of patients", {}};
  const auto note = [&](const std::string& text) { section.add(Finding{Finding::Verdict::note, text}); };
  section.add(Paragraph{which_images(session, options.part, data.images)});
  for (const std::string& line : missing_metadata(a)) note("Missing metadata: " + line + ".");
  const bool with_paper = are_papers_images(session.data());
  section.add(with_paper ? counts_beside_paper(a) : counts(a));
  if (with_paper && a.groups.front().grouping == unet::Grouping::sex_and_finding) note(counts_sentence(a));
  section.add(iou_by_class_table(a, with_paper));
  section.add(
      Figure{"Mean IoU of each group with its interval, of the model and of the mean-mask baseline; the table "
             "above has the numbers.",
             "Mean IoU by sex and finding, of the model and of the mean training mask as the prediction for "
             "every image. Intervals: studentised bootstrap, " +
                 grouped(options.draws) + " draws.",
             by_class,
             {}});
  if (a.any_test()) {
    section.add(tests_table(a));
    section.add(Figure{
        "Differences of mean IoU between groups with their intervals; the table above has the numbers.",
        "Differences of the model's mean IoU between groups, within images that the model was not trained on (new) "
        "and within those that it was. An interval is of one difference alone; the p-values are corrected for "
        "their number.",
        tests,
        {}});
  }
  for (const std::string& line : group_sentences(a)) note(line);
  if (!a.ages.empty()) {
    section.add(Figure{
        "Running means of IoU over age, of the model and of the mean-mask baseline, with the number of "
        "images of each age; the table below has the numbers of every tenth year.",
        "IoU by age: running means over " + std::to_string(options.window) +
            " years with 95% intervals, and the number of images of each age. Where a band meets the edge of its "
            "plot, the interval goes on beyond.",
        by_age,
        {}});
    section.add(ages_table(a, options.window));
    for (const std::string& line : age_sentences(a, options.window)) note(line);
    if (a.age_ends) section.add(beside_paper(age_ends_finding(a), not_comparable(session)));
  }
  return section;
}

}  // namespace app
