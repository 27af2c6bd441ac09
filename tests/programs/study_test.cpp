// study as a user runs it: one command, every file, a sound report; earlier results are kept; what can not run is named.
#include "../support/html_faults.hpp"
#include "pictures.hpp"
#include "runs.hpp"

namespace study_test {

using namespace test;

namespace {

std::vector<std::string> study(const fs::path& model, const fs::path& out) {
  return {"--model", model.string(), "--out", out.string(), "--quick"};
}

}  // namespace

TEST_CASE("a study writes every file and a report without faults") {
  const TemporaryFolder root;
  const Ended ended = run("study", study(trained_run(), root / "new/study"));
  CAPTURE(ended.err);
  REQUIRE(ended.exit_code == 0);
  const fs::path out = root / "new/study";
  CHECK(contains(ended.out, "look at " + (out / "report.html").string()));

  const auto files = tree(out);
  for (const char* name : {"parts.csv", "per_image.csv", "blocks.csv", "findings.csv", "subgroups/counts.csv",
                           "subgroups/iou_by_class.csv", "subgroups/iou_by_age.csv", "subgroups/tests.csv",
                           "kmeans/clusters.csv", "kmeans/table.csv", "kmeans/k.csv", "occlusion/occlusion.csv",
                           "occlusion/regions_summary.csv", "feature_maps/blocks.csv"}) {
    CAPTURE(name);
    REQUIRE(files.count(name) == 1);
    CHECK(std::count(files.at(name).begin(), files.at(name).end(), '\n') > 1);
  }
  for (const auto& [name, bytes] : files) CHECK_FALSE(contains(name, "tmp"));

  const std::string report = content(out / "report.html");
  CHECK(page_faults(report) == "");
  CHECK(report.size() < 10'000'000);
  for (const char* picture : {"feature_maps/feature_maps.png", "occlusion/occlusion.png"}) {
    CHECK(contains(report, "href=\"" + std::string(picture) + "\""));
    CHECK(fs::exists(out / picture));
  }
  for (const char* id :
       {"summary", "data", "model", "training", "subgroups", "kmeans", "occlusion", "feature_maps", "facts"})
    CHECK(contains(report, "<section id=\"" + std::string(id) + "\""));
  for (const char* text : {"synthetic", "0.903", "0.676", "487,145", "Times"}) CHECK(contains(report, text));
  // Of the phantom nothing stands beside the paper's numbers, and the page says once why no claim is judged.
  for (const char* text : {"paper</th>", "paper: ", "2.97", "7,765,409"}) CHECK_FALSE(contains(report, text));
  const std::string why = "because the images are not the study";
  CHECK(contains(report, why));
  CHECK(report.find(why, report.find(why) + 1) == report.npos);
  CHECK(contains(report, "<strong>Not comparable:</strong>"));
  CHECK_FALSE(contains(report, "Missing from this report"));

  // The same numbers as training found: the same model on the same images.
  const auto summary = nlohmann::json::parse(content(trained_run() / "summary.json"));
  for (const std::string& line : lines(out / "parts.csv")) {
    const auto row = cells(line);
    if (row[0] == "part") continue;
    CHECK(std::stod(row[2]) == doctest::Approx(summary.at("iou").at(row[0]).get<double>()).epsilon(1e-9));
    CHECK(std::stod(row[5]) == doctest::Approx(summary.at("baseline").at(row[0]).get<double>()).epsilon(1e-9));
  }
  long long parameters = 0;
  for (const std::string& line : lines(out / "blocks.csv"))
    if (const auto row = cells(line); row[0] != "block") parameters += std::stoll(row[4]);
  CHECK(parameters == 487'145);
}

TEST_CASE("the same study for any number of threads") {
  const TemporaryFolder root;
  for (const char* threads : {"1", "3"})
    REQUIRE(
        run("study", study(trained_run(), root / threads) + std::vector<std::string>{"--threads", threads}).exit_code ==
        0);
  auto one = tree(root / "1"), three = tree(root / "3");
  for (auto* files : {&one, &three}) files->erase("report.html");  // has times, and the command
  CHECK((one == three));
}

TEST_CASE("earlier results are kept unless they may be replaced") {
  const TemporaryFolder root;
  for (const char* name : {"report.html", "subgroups/tests.csv"}) {
    CAPTURE(name);
    const fs::path out = root / fs::path(name).filename();
    write(out / name, "of last year");
    const auto before = tree(out);
    check_refused(run("study", study(trained_run(), out)), {name, "--overwrite"});
    CHECK(content(out / name) == "of last year");
    CHECK(tree(out).size() <= before.size() + 1);
  }
  const Ended ended =
      run("study", study(trained_run(), root / "report.html") + std::vector<std::string>{"--overwrite"});
  CHECK(ended.exit_code == 0);
  CHECK(contains(content(root / "report.html/report.html"), "</html>"));
}

TEST_CASE(
    "images without metadata, and a model without its run: the rest goes on, and the report says what is missing") {
  const TemporaryFolder root;
  write_images(root / "data", 15, 32, 32);
  const Ended ended = run("study", study(trained_run() / "best.safetensors", root / "out") +
                                       std::vector<std::string>{"--data", (root / "data").string()});
  CAPTURE(ended.err);
  CHECK(ended.exit_code == 0);
  const std::string report = content(root / "out/report.html");
  CHECK(page_faults(report) == "");
  CHECK(contains(report, "Missing metadata"));
  CHECK(contains(report, "How the model was trained is not known"));
}

TEST_CASE("an analysis that fails is named, and the others go on") {
  const TemporaryFolder root;
  fs::create_directories(root / "out/subgroups/tests.csv");  // a folder where a file shall be written
  const Ended ended = run("study", study(trained_run(), root / "out") + std::vector<std::string>{"--overwrite"});
  CHECK(ended.exit_code == 1);
  CHECK(contains(ended.err, "tests.csv"));
  const std::string report = content(root / "out/report.html");
  CHECK(page_faults(report) == "");
  CHECK(contains(report, "Missing from this report"));
  CHECK(contains(report, "<section id=\"subgroups\""));
  CHECK(contains(report, "This analysis is missing: "));
  CHECK(contains(report, "<section id=\"kmeans\""));
  CHECK(fs::exists(root / "out/feature_maps/blocks.csv"));
}

TEST_CASE("Ctrl-C: the report has what was finished") {
  const TemporaryFolder root;
  Process process("study", study(trained_run(), root / "out"));
  REQUIRE(process.prints("Subgroups of patients"));
  process.send(SIGINT);
  const Ended ended = process.wait();
  CHECK(ended.exit_code == 130);
  const std::string report = content(root / "out/report.html");
  CHECK(page_faults(report) == "");
  CHECK(contains(report, "This analysis is missing: interrupted"));
  CHECK_FALSE(fs::exists(root / "out/feature_maps/blocks.csv"));
}

TEST_CASE("no model, no folder of a run") {
  const TemporaryFolder root;
  check_refused(run("study", study(root / "none", root / "out")), {"none"});
  fs::create_directories(root / "empty");
  check_refused(run("study", study(root / "empty", root / "out")), {"empty", "best.safetensors"});
}

}  // namespace study_test
