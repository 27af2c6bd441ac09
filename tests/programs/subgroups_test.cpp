// subgroups: its files from fixed results of the phantom, data without metadata, and the program as a user runs it.
#include <charconv>
#include <sstream>

#include "../support/well_formed.hpp"
#include "programs/subgroups/age_chart.hpp"
#include "programs/subgroups/charts.hpp"
#include "programs/subgroups/files.hpp"
#include "programs/subgroups/sentences.hpp"
#include "programs/subgroups/tables.hpp"
#include "runs.hpp"
#include "support/page/section_text.hpp"
#include "unet/chest/phantom.hpp"

namespace subgroups_test {

using namespace test;

namespace {

const app::SubgroupOptions few_draws{"all", 11, 199};

/// Made-up results for the patients of a small phantom.
app::SubgroupData fixed_results() {
  unet::PhantomOptions options;
  options.count = 24;
  options.height = options.width = 16;
  app::SubgroupData data{unet::Phantom(options).records(), {}, {}, {}};
  for (int i = 0; i < 24; ++i) {
    data.images.push_back(i);
    data.iou.push_back(0.8 + 0.01 * (i * 7 % 19));
    data.baseline.push_back(0.6 + 0.01 * (i * 5 % 17));
  }
  return data;
}

/// Compares CSV texts, of which `expected` begins with an empty line; numbers may differ in digits that depend on how a
/// compiler adds up.
void check_csv(const std::string& text, const std::string& expected) {
  const auto number = [](const std::string& cell) {
    double value = std::nan("");
    const auto [end, error] = std::from_chars(cell.data(), cell.data() + cell.size(), value);
    return error == std::errc() && end == cell.data() + cell.size() ? value : std::nan("");
  };
  std::istringstream found_lines(text), expected_lines(expected.substr(1));
  std::string found_line, expected_line;
  while (std::getline(expected_lines, expected_line)) {
    REQUIRE(std::getline(found_lines, found_line));
    CAPTURE(found_line);
    const auto found = cells(found_line), wanted = cells(expected_line);
    REQUIRE(found.size() == wanted.size());
    for (std::size_t i = 0; i < found.size(); ++i)
      if (std::isfinite(number(wanted[i])))
        CHECK(std::abs(number(found[i]) - number(wanted[i])) < 1e-6);
      else
        CHECK(found[i] == wanted[i]);
  }
  CHECK_FALSE(std::getline(found_lines, found_line));
}

/// All that `subgroups` makes of an analysis.
std::string everything(const app::SubgroupAnalysis& a) {
  std::string text = app::counts_csv(a) + app::iou_by_class_csv(a) + app::iou_by_age_csv(a) + app::tests_csv(a);
  for (const std::string& svg :
       {app::iou_by_class_svg(a), app::tests_svg(a), app::age_chart_svg(a.ages, a.baseline_ages, 11, "ages")}) {
    CHECK(markup_fault(svg) == "");
    CHECK_FALSE(contains(svg, "\u2013"));  // what fixed() makes of a coordinate that is no number
    text += svg;
  }
  for (const app::Table& table :
       {app::counts_beside_paper(a), app::iou_by_class_table(a), app::tests_table(a), app::ages_table(a, 11)}) {
    for (const auto& row : table.rows) CHECK(row.size() == table.header.size());
    text += app::plain_text(table);
  }
  for (const auto& lines : {app::missing_metadata(a), app::group_sentences(a), app::age_sentences(a, 11)})
    for (const std::string& line : lines) text += line + "\n";
  if (a.age_ends) text += app::age_ends_finding(a).text + "\n";
  return text;
}

std::vector<std::string> small_subgroups(const fs::path& out) {
  return {"--model", trained_run().string(), "--out", out.string(), "--draws", "99"};
}

}  // namespace

TEST_CASE("the files, from fixed results") {
  const app::SubgroupAnalysis a = app::analyse(fixed_results(), few_draws, 0);
  CHECK(app::counts_csv(a) == "finding,male,female,total\nnormal,3,6,9\nabnormal,10,5,15\ntotal,13,11,24\n");
  check_csv(app::iou_by_class_csv(a), R"(
grouping,group,images,iou,iou_low,iou_high,baseline_iou,baseline_iou_low,baseline_iou_high
sex and finding,normal male,3,0.9,,,0.7266667,,
sex and finding,normal female,6,0.8966667,0.8302031,0.9802753,0.645,0.6020835,0.6823935
sex and finding,abnormal male,10,0.854,0.8193640,0.9057885,0.675,0.6396494,0.7275116
sex and finding,abnormal female,5,0.922,0.8453939,0.9446336,0.7,0.6170241,0.7903327
sex,male,13,0.8646154,0.8327073,0.9040335,0.6869231,0.6482924,0.7242899
sex,female,11,0.9081818,0.8652596,0.9431524,0.67,0.6344516,0.7035817
finding,normal,9,0.8977778,0.8562372,0.9540684,0.6722222,0.6264404,0.7125927
finding,abnormal,15,0.8766667,0.8438361,0.9095083,0.6833333,0.6537434,0.7072561
all,all,24,0.8845833,0.8617504,0.9086204,0.6791667,0.6535269,0.7020536
)");
  check_csv(app::tests_csv(a), R"(
images,grouping,first,second,difference,low,high,p,p_holm
new,sex and finding,normal male,normal female,0.0033333,,,0.945,1
new,sex and finding,normal male,abnormal male,0.046,,,0.31,1
new,sex and finding,normal male,abnormal female,-0.022,,,0.6,1
new,sex and finding,normal female,abnormal male,0.0426667,-0.0238747,0.1154345,0.17,1
new,sex and finding,normal female,abnormal female,-0.0253333,-0.0950414,0.0563883,0.375,1
new,sex and finding,abnormal male,abnormal female,-0.068,-0.1057593,-0.0083594,0.025,0.2
new,sex,male,female,-0.0435664,-0.0857343,0.0102263,0.07,0.49
new,finding,normal,abnormal,0.0211111,-0.0360083,0.0793980,0.4,1
new,age,under 14 years,14 to 59 years,-0.031,,,0.34,0.68
new,age,over 59 years,14 to 59 years,0.014,,,0.565,0.68
all,worst-group gap,abnormal female,abnormal male,0.068,0.0101195,0.1258805,,
)");
  const std::string ages = app::iou_by_age_csv(a);
  CHECK(count(ages, "\n") == 1 + 68 - 12 + 1);
  check_csv(ages.substr(0, ages.find("\n15,")), R"(
age,images,iou,baseline_iou,window_images,window_iou,window_iou_low,window_iou_high,window_baseline_iou,window_baseline_iou_low,window_baseline_iou_high
12,2,0.855,0.69,2,0.855,,,0.69,,
13,0,,,2,0.855,,,0.69,,
14,0,,,4,0.91,,,0.695,,
)");
  check_csv(ages.substr(ages.find("\n24,") + 1, ages.find("\n25,") - ages.find("\n24,")),
            "\n24,2,0.875,0.72,5,0.92,0.8544256,1,0.698,0.6316998,0.7976795\n");
}

TEST_CASE("charts and tables of fixed results hold no number that is none") {
  const app::SubgroupAnalysis a = app::analyse(fixed_results(), few_draws, 0);
  const std::string text = everything(a);
  CHECK_FALSE(contains(text, "nan"));
  CHECK_FALSE(contains(text, "inf"));
  CHECK(contains(text, "male (13 images) and female (11 images): difference of mean IoU"));
  CHECK(contains(text, "Worst-group gap: from the best class"));
  CHECK(contains(text, "baseline in 9 of 9 groups"));
  CHECK(contains(text, "187"));
  CHECK(app::missing_metadata(a).empty());
}

TEST_CASE("groups are compared within training images and within new ones, never across") {
  app::SubgroupData data = fixed_results();
  // Men are in the training part, where every value is higher, more often than women.
  data.trained.assign(24, false);
  int men = 0;
  for (std::size_t i = 0; i < 24; ++i) {
    const bool man = data.records[i].sex == unet::Sex::male;
    data.trained[i] = man ? men++ < 9 : i % 3 == 0;
    data.iou[i] = (data.trained[i] ? 0.9 : 0.7) + 0.001 * static_cast<double>(i * 7 % 19);
  }
  const app::SubgroupAnalysis a = app::analyse(data, few_draws, 0);
  REQUIRE(a.tests.size() == 2);
  CHECK_FALSE(a.tests[0].trained);
  CHECK(a.tests[1].trained);
  CHECK(a.tests[0].images.size() + a.tests[1].images.size() == 24);
  for (const app::GroupTests& tests : a.tests)
    for (const unet::GroupDifference& d : tests.differences)
      if (d.first->grouping == unet::Grouping::sex) CHECK(std::abs(d.difference.value()) < 0.02);
  const std::string text = everything(a);
  CHECK(contains(text, "New images: male ("));
  CHECK(contains(text, "Training images: male (9 images)"));
  CHECK(contains(text, "\nnew,sex,male,female,"));
  CHECK(contains(text, "\ntraining,sex,male,female,"));
  CHECK(contains(text, "\nnew,age,under "));
  CHECK(contains(text, "training images; p after Holm"));
}

TEST_CASE("the claim about ages is judged by both ends") {
  using Verdict = app::Finding::Verdict;
  app::SubgroupAnalysis a = app::analyse(fixed_results(), few_draws, 0);
  unet::AgeEnds& ends = a.age_ends.value();
  const auto judged = [&](double younger, double older) {
    for (const auto& [i, value] : {std::pair{0u, younger}, std::pair{1u, older}}) {
      ends.differences[i].difference = value;
      ends.differences[i].interval = unet::Interval{value - 0.02, value + 0.02};
      ends.differences[i].p_holm = std::abs(value) > 0.02 ? 0.01 : 0.5;
    }
    return app::age_ends_finding(a).verdict;
  };
  CHECK(judged(-0.05, -0.05) == Verdict::supported);
  CHECK(judged(-0.05, 0) == Verdict::unclear);
  CHECK(judged(0, 0) == Verdict::unclear);
  CHECK(judged(-0.05, 0.05) == Verdict::not_supported);
  CHECK(contains(app::age_ends_finding(a).text, "Tested at both ends, on images that the model was not trained on."));
}

TEST_CASE("very small probabilities in sentences: p < 0.001, not p = < 0.001") {
  CHECK(app::p_sentence(0.0001) == "p < 0.001");
  CHECK(app::p_sentence(0.0321) == "p = 0.032");
}

TEST_CASE("the chart of ages: lines break where no image is, and are faint where images are too few") {
  std::vector<unet::AgePoint> points;
  for (int age = 20; age < 40; ++age) {
    unet::AgePoint point{age, age == 30 ? 0 : 6, 0.9, {6, 0.9, unet::Interval{0.88, 0.92}}};
    if (age == 30) point.mean = point.window.mean = std::nullopt, point.window.interval = std::nullopt;
    if (age > 35) point.window.interval = std::nullopt;
    points.push_back(point);
  }
  const std::string svg = app::age_chart_svg(points, points, 1, "ages");
  CHECK(markup_fault(svg) == "");
  CHECK_FALSE(contains(svg, "\u2013"));
  CHECK(count(svg, "<polyline class=\"series0\"") == 1 + 2);  // legend; 20 to 29, 31 to 35
  CHECK(count(svg, "<polyline class=\"series1\"") == 1 + 2);  // dashed in the legend as in the plot
  CHECK(count(svg, "<line class=\"series") == 0);
  CHECK(count(svg, "<polyline class=\"series0 few\"") == 2);
  CHECK(count(svg, "<polygon class=\"band series1\"") == 2);
  CHECK(count(svg, "<rect class=\"bar\"") == 19);
  CHECK(contains(svg, "faint: too few images"));
  CHECK(contains(svg, "age 30: 0 images; window: 6 images<"));

  // An interval that reaches far is cut off at the edge instead of pressing the rest flat.
  points[15].window.interval = unet::Interval{0.1, 0.92};
  CHECK_FALSE(contains(app::age_chart_svg(points, points, 1, "ages"), ">0.2</text>"));
}

TEST_CASE("a class without a member: a row with 0 and dashes") {
  app::SubgroupData data = fixed_results();
  std::erase_if(data.images, [&](unet::Index i) {
    const unet::Record& record = data.records[static_cast<std::size_t>(i)];
    return record.sex == unet::Sex::female && record.abnormal == true;
  });
  const app::SubgroupAnalysis a = app::analyse(data, few_draws, 0);
  const std::string text = everything(a);
  CHECK(contains(app::iou_by_class_csv(a), "sex and finding,abnormal female,0,,,,,,\n"));
  CHECK(app::iou_by_class_table(a).rows[3] == std::vector<std::string>{"abnormal female", "0", "\u2013", "\u2013"});
  CHECK(contains(text, "There is no image of the group 'abnormal female'."));
  CHECK(contains(text, "normal male,abnormal female,,,,,\n"));
  CHECK_FALSE(contains(text, "nan"));
  CHECK_FALSE(contains(text, "inf"));
}

TEST_CASE("without metadata: what is missing is said, what is known is analysed") {
  app::SubgroupData data = fixed_results();
  for (auto& record : data.records) record.sex = unet::Sex::unknown;
  const app::SubgroupAnalysis no_sex = app::analyse(data, few_draws, 0);
  std::string text = everything(no_sex);
  CHECK(contains(text, "sex is unknown for every image"));
  CHECK(contains(app::counts_csv(no_sex), "finding,total\nnormal,"));
  CHECK(no_sex.tests.at(0).differences.size() == 1);
  CHECK_FALSE(contains(text, "what remains"));

  for (auto& record : data.records) record.abnormal.reset();
  data.records[0].abnormal = true;
  data.records[1].age = 0;
  data.records[2].age = -1;
  text = everything(app::analyse(data, few_draws, 0));
  CHECK(contains(text, "age is unknown for 1 of 24 images"));
  CHECK(contains(text, "finding is unknown for 23 of 24 images"));
  CHECK(contains(text, "finding,finding unknown,23,"));

  data.records[0].abnormal.reset();
  for (auto& record : data.records) record.age = -1;
  const app::SubgroupAnalysis nothing = app::analyse(data, few_draws, 0);
  text = everything(nothing);
  CHECK(contains(text, "age is unknown for every image"));
  CHECK(contains(text, "what remains is the IoU over all images"));
  CHECK(app::counts_csv(nothing) == "finding,total\ntotal,24\n");
  CHECK(contains(app::age_chart_svg({}, {}, 11, "ages"), "no age is known"));
  CHECK_FALSE(contains(text, "nan"));
  CHECK_FALSE(contains(text, "inf<"));
}

TEST_CASE("the program agrees with what training found for each image, and says that it knows the training part") {
  const TemporaryFolder root;
  const Ended ended = run("subgroups", small_subgroups(root / "new/out"));
  CAPTURE(ended.err);
  REQUIRE(ended.exit_code == 0);
  CHECK(contains(ended.out, "All 20 images of the split; 12 of them are in the training part"));
  const auto files = tree(root / "new/out");
  CHECK(files.size() == 7);
  double iou = 0, baseline = 0;
  int images = 0;
  for (const std::string& line : lines(trained_run() / "per_image.csv")) {
    if (line.starts_with("id,")) continue;
    iou += std::stod(cells(line)[5]);
    ++images;
  }
  REQUIRE(images == 20);
  const auto all = cells(lines(root / "new/out/iou_by_class.csv").back());
  REQUIRE(all[1] == "all");
  CHECK(all[2] == "20");
  CHECK(std::stod(all[3]) == doctest::Approx(iou / 20).epsilon(1e-6));
  baseline = std::stod(all[6]);
  CHECK(baseline > 0.3);
  CHECK(baseline < 0.9);
}

TEST_CASE("a part alone, the same files for any number of threads, others for another seed") {
  const TemporaryFolder root;
  const Ended test_part = run("subgroups", small_subgroups(root / "a") + std::vector<std::string>{"--part", "test"});
  REQUIRE(test_part.exit_code == 0);
  CHECK(contains(test_part.out, "The 4 images of the part test."));
  CHECK_FALSE(contains(test_part.out, "training part"));
  REQUIRE(run("subgroups", small_subgroups(root / "b")).exit_code == 0);
  REQUIRE(run("subgroups", small_subgroups(root / "c") + std::vector<std::string>{"--threads", "3"}).exit_code == 0);
  REQUIRE(run("subgroups", small_subgroups(root / "d") + std::vector<std::string>{"--seed", "8"}).exit_code == 0);
  CHECK(tree(root / "b") == tree(root / "c"));
  CHECK(content(root / "b/counts.csv") == content(root / "d/counts.csv"));
  CHECK(content(root / "b/tests.csv") != content(root / "d/tests.csv"));
}

TEST_CASE("images without metadata, of a weights file") {
  const TemporaryFolder root;
  std::vector<unsigned> mask(32 * 32);
  for (std::size_t i = 0; i < mask.size(); ++i) mask[i] = i % 32 < 16 ? 255 : 0;
  for (unsigned i = 0; i < 6; ++i) {
    const std::string name = "image" + std::to_string(i) + ".png";
    write(root / ("data/images/" + name), flat_png(32, 32, 40 * i));
    write(root / ("data/masks/" + name), grey_png(32, 32, mask));
  }
  const Ended ended = run("subgroups", {"--model", (trained_run() / "best.safetensors").string(), "--data",
                                        (root / "data").string(), "--out", (root / "out").string(), "--draws", "99"});
  CAPTURE(ended.err);
  REQUIRE(ended.exit_code == 0);
  CHECK(contains(ended.out, "sex is unknown for every image"));
  CHECK(contains(ended.out, "a metadata table beside the images"));
  CHECK(content(root / "out/counts.csv") == "finding,total\ntotal,6\n");
}

TEST_CASE("what is refused, before anything is written or lost") {
  const TemporaryFolder root;
  const auto refused = [&](std::vector<std::string> more, const std::vector<std::string>& words) {
    check_refused(
        run("subgroups",
            std::vector<std::string>{"--model", trained_run().string(), "--out", (root / "out").string()} + more),
        words);
  };
  refused({"--window", "10"}, {"window", "odd"});
  refused({"--draws", "2"}, {"draws", "at least 40"});
  refused({"--part", "tests"}, {"tests", "validation"});
  CHECK_FALSE(fs::exists(root / "out/counts.csv"));
  write(root / "out/tests.csv", std::string("earlier"));
  refused({}, {"tests.csv", "exists", "--overwrite"});
  CHECK(content(root / "out/tests.csv") == "earlier");

  // A full disk: earlier results are kept. (LLVM's OpenMP library needs a file of 1 KB itself.)
  const auto overwrite = small_subgroups(root / "out") + std::vector<std::string>{"--overwrite"};
  check_refused(run("subgroups", overwrite, 4'000), {"iou_by_class.svg", "can not write"});
  CHECK(content(root / "out/tests.csv") == "earlier");
  REQUIRE(run("subgroups", overwrite).exit_code == 0);
  CHECK(content(root / "out/tests.csv") != "earlier");
}

}  // namespace subgroups_test
