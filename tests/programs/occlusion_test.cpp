// occlusion: its tables from fixed importances, and the program as a user runs it.
#include <cmath>

#include "../support/well_formed.hpp"
#include "programs/occlusion/files.hpp"
#include "programs/occlusion/findings.hpp"
#include "programs/occlusion/pictures.hpp"
#include "programs/occlusion/tables.hpp"
#include "runs.hpp"
#include "support/text/numbers.hpp"
#include "unet/chest/phantom.hpp"

namespace occlusion_test {

using namespace test;

namespace {

/// Images of a phantom's patients with made-up importances: at the edge of image i it is 2 + i % 3, inside 1, outside 0.
struct FixedImages {
  std::vector<unet::Record> records;
  std::vector<app::OccludedImage> images;

  explicit FixedImages(double edge = 2) {
    unet::PhantomOptions options;
    options.count = 24;
    options.height = options.width = 16;
    records = unet::Phantom(options).records();
    for (int i = 0; i < 24; ++i) {
      app::OccludedImage image;
      image.index = i;
      image.iou = 0.5;
      image.lungs = 2;
      image.map = {8, 8, 1, 2, 0.25, {1.25, 0.5}, {0.125, std::nan("")}};
      const double bottom = records[static_cast<std::size_t>(i)].sex == unet::Sex::female ? 3 + 0.01 * i : 1 + 0.01 * i;
      image.importance = {edge + i % 3, 1.0, 0.0, bottom, 1.0, 4.0, 2.0};
      if (i == 0) image.importance[5] = image.importance[6] = {};
      images.push_back(image);
    }
  }
  app::ImportanceStatistics statistics() const { return app::importance_statistics(records, images, {999, 0.95, 1}); }
};

/// Column of a CSV file as numbers; empty cells are NaN.
std::vector<double> column(const fs::path& path, const std::string& name) {
  const auto all = lines(path);
  const auto header = cells(all.at(0));
  const auto at = static_cast<std::size_t>(std::find(header.begin(), header.end(), name) - header.begin());
  REQUIRE(at < header.size());
  std::vector<double> values;
  for (std::size_t i = 1; i < all.size(); ++i) {
    const std::string cell = cells(all[i]).at(at);
    values.push_back(cell.empty() ? std::nan("") : std::stod(cell));
  }
  return values;
}

std::vector<std::string> occlusion(const fs::path& out, const std::vector<std::string>& more) {
  return std::vector<std::string>{"--model", trained_run().string(), "--out", out.string()} + more;
}

const std::vector<std::string> two = {"--ids", "phantom_0003_1,phantom_0001_1"};

}  // namespace

TEST_CASE("files of fixed images") {
  const FixedImages fixed;
  const std::string positions = app::occlusion_csv(fixed.records, {fixed.images[2]});
  CHECK(positions == "id,row,column,loss,standard_error\nphantom_0003_1,0,0,1.25,0.125\nphantom_0003_1,0,1,0.5,\n");
  const std::string regions = app::regions_csv(fixed.records, {fixed.images[0]});
  const unet::Record& first = fixed.records[0];
  CHECK(regions ==
        "id,sex,age,finding,iou,lungs,reference,lung_edge,inside,outside,bottom_third,upper_two_thirds,heart_side,"
        "rest_of_the_edge\nphantom_0001_1," +
            std::string(to_string(first.sex)) + "," + std::to_string(first.age) + ",abnormal,0.5,2,0.25,2,1,0," +
            app::exact(*fixed.images[0].importance[3]) + ",1,,\n");

  std::map<std::string, std::vector<std::string>> rows;
  const auto s = fixed.statistics();
  std::istringstream summary(app::regions_summary_csv(s));
  for (std::string line; std::getline(summary, line);) rows[cells(line)[0]] = cells(line);
  CHECK(rows.size() == 1 + 7 * 3 + 7);
  CHECK(rows["quantity"] == std::vector<std::string>{"quantity", "images", "mean", "low", "high", "p", "p_holm"});
  CHECK(rows["lung edge"][1] == "24");
  CHECK(rows["lung edge"][2] == "3");
  CHECK(rows["lung edge"][5] == "");
  CHECK(rows["heart side"][1] == "23");
  CHECK(rows["lung edge minus inside"][2] == "2");
  CHECK(rows["lung edge minus inside"][5] == "0.001");  // 1 / (1 + 999): signs are never all alike again
  CHECK(rows["lung edge minus inside"][6] == "0.007");  // seven tests
  const auto women = std::stoi(rows["lung edge, women"][1]), men = std::stoi(rows["lung edge, men"][1]);
  CHECK(women > 4);
  CHECK(women + men == 24);
  CHECK(std::abs(std::stod(rows["bottom third: women minus men"][2]) - 2) < 0.1);
}

TEST_CASE("verdicts follow from the differences") {
  using Verdict = app::Finding::Verdict;
  const auto supported = FixedImages(2).statistics();
  CHECK(app::edge_finding(supported, 2).verdict == Verdict::supported);
  CHECK(
      contains(app::edge_finding(supported, 2).text, "Of 24 images the edge is the most important of the three in 24"));
  CHECK(contains(app::edge_finding(supported, 2).text, "lung edge minus inside 2.00 ["));
  CHECK(app::women_finding(supported, 2).verdict == Verdict::supported);
  CHECK(app::heart_finding(supported, 2).verdict == Verdict::supported);
  // Edges above the outside, but not more than the inside: 0, 1, 2 against 1.
  CHECK(app::edge_finding(FixedImages(0).statistics(), 2).verdict == Verdict::unclear);
  CHECK(app::edge_finding(FixedImages(-3).statistics(), 2).verdict == Verdict::not_supported);

  FixedImages few;
  few.images.resize(1);
  CHECK(app::edge_finding(few.statistics(), 2).verdict == Verdict::unclear);
  CHECK(contains(app::edge_finding(few.statistics(), 2).text, "too few images"));
  CHECK(app::women_finding(few.statistics(), 2).verdict == Verdict::note);
  CHECK(markup_fault(app::regions_svg(supported, 2)) == "");
  CHECK(markup_fault(app::regions_svg(few.statistics(), 2)) == "");
}

TEST_CASE("the colour scale of a image has a round end that one position can not stretch") {
  app::HeatImage heat;
  const auto limit = [&](std::vector<double> values) {
    heat.importance = std::move(values);
    return heat.limit();
  };
  CHECK(limit({0.0, std::nan("")}) == 1);
  CHECK(std::abs(limit({0.1, -0.031, std::nan("")}) - 0.04) < 1e-12);
  CHECK(std::abs(limit(std::vector<double>(100, -0.0123)) - 0.015) < 1e-12);
  CHECK(std::abs(limit(std::vector<double>(100, 2)) - 2) < 1e-12);
  std::vector<double> one(200, 0.3);
  one[7] = 50;
  CHECK(std::abs(limit(one) - 0.3) < 1e-12);
  one.assign(200, 0.0);
  one[7] = -50;
  CHECK(limit(one) == 50);

  heat.image = unet::Image(16, 16, 1);
  heat.truth.assign(256, 1);
  heat.importance.assign(256, 0.2);
  heat.id = "a";
  const app::OcclusionProgram options;
  const app::Picture alone = app::occlusion_picture(heat, options);
  CHECK(alone.width >= 2 * 512);
  heat.role = "best male";
  app::HeatImage worst = heat;
  worst.role = "worst male";
  const app::Picture two_images = app::occlusion_montage({heat, worst}, options, 160),
                     four = app::occlusion_montage({heat, worst, heat, worst}, options, 160);
  CHECK(two_images.height == four.height);  // best above worst
  CHECK(two_images.height > 2 * 160);
}

TEST_CASE("two images by id: files, the same ones for any number of threads, and the same bits for exact and full") {
  const TemporaryFolder folder;
  const std::vector<std::string> patch = {"--patch", "9", "--stride", "7", "--draws", "2"};
  const Ended first = run("occlusion", occlusion(folder / "a", two + patch));
  CAPTURE(first.err);
  REQUIRE(first.exit_code == 0);
  CHECK(contains(first.out, "phantom_0003_1"));
  CHECK(contains(first.out, "--all answers it"));
  const auto files = tree(folder / "a");
  CHECK(files.size() == 5);
  for (const char* name : {"occlusion.csv", "regions.csv", "occlusion.png", "phantom_0001_1_occlusion.png",
                           "phantom_0003_1_occlusion.png"})
    CHECK(files.contains(name));

  const auto all = lines(folder / "a" / "occlusion.csv");
  CHECK(all[0] == "id,row,column,loss,standard_error");
  CHECK(all.size() == 1 + 2 * 5 * 5);
  CHECK(all[1].starts_with("phantom_0003_1,0,0,"));
  CHECK(all[7].starts_with("phantom_0003_1,1,1,"));
  CHECK(all.back().starts_with("phantom_0001_1,4,4,"));
  double errors = 0;
  for (const double error : column(folder / "a" / "occlusion.csv", "standard_error")) {
    CHECK(error >= 0);
    errors += error;
  }
  CHECK(errors > 0);
  CHECK(lines(folder / "a" / "regions.csv").size() == 3);

  for (const char* method : {"exact", "full"})
    REQUIRE(run("occlusion", occlusion(folder / method, two + patch + std::vector<std::string>{"--method", method}))
                .exit_code == 0);
  REQUIRE(
      run("occlusion", occlusion(folder / "two", two + patch + std::vector<std::string>{"--threads", "2"})).exit_code ==
      0);
  CHECK((tree(folder / "full") == tree(folder / "exact")));
  const auto losses = column(folder / "a" / "occlusion.csv", "loss"),
             full = column(folder / "full" / "occlusion.csv", "loss");
  REQUIRE(losses.size() == full.size());
  for (std::size_t i = 0; i < full.size(); ++i) CHECK(losses[i] == doctest::Approx(full[i]).epsilon(1e-5));
  CHECK((tree(folder / "two") == files));

  const Ended again = run("occlusion", occlusion(folder / "a", two + patch));
  check_refused(again, {"occlusion.csv", "exists", "--overwrite"});
  fs::remove(folder / "a" / "occlusion.csv");
  fs::remove(folder / "a" / "regions.csv");
  fs::remove(folder / "a" / "occlusion.png");
  check_refused(run("occlusion", occlusion(folder / "a", two + patch)), {"phantom_0003_1_occlusion.png", "exists"});
}

TEST_CASE("the patch covers the paper's share of the image, unless another is asked for") {
  app::OcclusionProgram o;
  for (const auto& [side, patch] :
       std::map<unet::Index, unet::Index>{{16, 4}, {64, 4}, {128, 4}, {256, 7}, {512, 14}, {1024, 28}}) {
    CHECK(app::occlusion_options(o, side).patch == patch);
    CHECK(app::occlusion_options(o, side).stride == patch);
  }
  o.sparse = true;
  CHECK(app::occlusion_options(o, 512).stride == 28);
  o.sparse = false;
  o.patch = 9;
  CHECK(app::occlusion_options(o, 64).patch == 9);
  CHECK(app::occlusion_options(o, 64).stride == 9);
  o.stride = 3;
  CHECK(app::occlusion_options(o, 64).stride == 3);
}

TEST_CASE("importance of regions is what the positions and the mask say") {
  const TemporaryFolder folder;
  const Ended ended =
      run("occlusion", occlusion(folder / "a", {"--ids", "phantom_0003_1", "--patch", "4", "--fill", "mean"}));
  REQUIRE(ended.exit_code == 0);
  const auto scores = column(folder / "a" / "occlusion.csv", "loss");
  REQUIRE(scores.size() == 64);
  for (const double error : column(folder / "a" / "occlusion.csv", "standard_error")) CHECK(error == 0);
  const double reference = column(folder / "a" / "regions.csv", "reference").at(0);

  unet::PhantomOptions options;
  options.count = 20;
  options.height = options.width = 32;
  unet::Image image(32, 32, 1), mask(32, 32, 1);
  unet::Phantom(options).load(2, image.view(), mask.view());
  double sums[3] = {};
  int counts[3] = {};
  for (int y = 0; y < 32; ++y)
    for (int x = 0; x < 32; ++x) {
      const auto inside = [&](int i, int j) { return mask.pixels[static_cast<std::size_t>(i * 32 + j)] > 0.5f; };
      bool edge = false;
      for (const auto& [i, j] : {std::pair{y - 1, x}, {y + 1, x}, {y, x - 1}, {y, x + 1}})
        edge = edge || (i >= 0 && i < 32 && j >= 0 && j < 32 && inside(i, j) != inside(y, x));
      const int region = edge ? 0 : inside(y, x) ? 1 : 2;
      sums[region] += scores[static_cast<std::size_t>(y / 4 * 8 + x / 4)] - reference;
      ++counts[region];
    }
  const char* names[] = {"lung_edge", "inside", "outside"};
  for (int region = 0; region < 3; ++region) {
    CAPTURE(names[region]);
    const double found = column(folder / "a" / "regions.csv", names[region]).at(0);
    CHECK(std::abs(found - sums[region] / counts[region]) < 1e-12);
  }
}

TEST_CASE("all images of a part: statistics over them alone") {
  const TemporaryFolder folder;
  const Ended ended =
      run("occlusion", occlusion(folder / "a", {"--all", "--part", "validation", "--score", "prediction"}));
  CAPTURE(ended.err);
  REQUIRE(ended.exit_code == 0);
  CHECK(contains(ended.out, "The edges of the lungs matter most"));
  for (const double reference : column(folder / "a" / "regions.csv", "reference")) CHECK(reference == 0);
  CHECK(lines(folder / "a" / "regions.csv").size() == 1 + 4);
  CHECK(cells(lines(folder / "a" / "regions_summary.csv")[1])[1] == "4");
  CHECK(markup_fault(content(folder / "a" / "regions.svg")) == "");

  // A image of another part is shown, but not counted.
  const auto validation = lines(folder / "a" / "regions.csv");
  std::string other;
  for (const std::string& line : lines(trained_run() / "split.csv"))
    if (cells(line)[1] == "train") other = cells(line)[0];
  REQUIRE(run("occlusion",
              occlusion(folder / "b", {"--all", "--part", "validation", "--score", "prediction", "--ids", other}))
              .exit_code == 0);
  CHECK(lines(folder / "b" / "regions.csv").size() == 1 + 5);
  CHECK(content(folder / "a" / "regions_summary.csv") == content(folder / "b" / "regions_summary.csv"));
}

TEST_CASE("what is wrong is refused before anything is written") {
  const TemporaryFolder folder;
  const auto refuses = [&](const std::vector<std::string>& more, const std::vector<std::string>& words) {
    check_refused(run("occlusion", occlusion(folder / "x", more)), words);
    if (fs::exists(folder / "x")) CHECK(tree(folder / "x").empty());
  };
  refuses({"--patch", "33"}, {"33 x 33", "32 x 32", "smaller patch"});
  refuses({"--patch", "0"}, {"at least 1"});
  refuses({"--stride", "0"}, {"stride", "at least 1"});
  refuses({"--draws", "0"}, {"draw", "at least 1"});
  refuses({"--ids", "phantom_0003_1,nobody"}, {"unknown id 'nobody'", "phantom_0001_1"});
  refuses({"--fill", "white"}, {"--fill 'white'", "uniform, normal, mean, blur, black"});
  refuses({"--score", "dice"}, {"--score 'dice'", "loss, iou, prediction"});
  refuses({"--method", "fast"}, {"--method 'fast'", "incremental, exact, full"});
  refuses({"--part", "exam"}, {"unknown part 'exam'", "train, validation, test"});
  refuses({"--all", "--part", "exam", "--ids", "phantom_0003_1"}, {"unknown part 'exam'"});
  refuses({"--edge", "0"}, {"boundary", "above 0"});
}

TEST_CASE("Ctrl-C keeps the images that were finished, in tables that are named as partial; a full disk is an error") {
  const TemporaryFolder folder;
  Process process("occlusion", occlusion(folder / "a", two + std::vector<std::string>{"--patch", "14", "--stride", "1",
                                                                                      "--draws", "4"}));
  const auto stop = std::chrono::steady_clock::now() + std::chrono::minutes(2);
  while (!fs::exists(folder / "a" / "phantom_0003_1_occlusion.png") && std::chrono::steady_clock::now() < stop)
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  process.send(SIGINT);
  const Ended ended = process.wait();
  CAPTURE(ended.err);
  CHECK(ended.exit_code == 130);
  CHECK(contains(ended.err, "what was finished is kept"));
  CHECK(lines(folder / "a" / "occlusion.partial.csv").size() == 1 + 32 * 32);
  CHECK(lines(folder / "a" / "regions.partial.csv").size() == 2);
  CHECK_FALSE(fs::exists(folder / "a" / "occlusion.csv"));
  CHECK_FALSE(fs::exists(folder / "a" / "regions.csv"));
  CHECK_FALSE(fs::exists(folder / "a" / "occlusion.png"));

  // Not lost by accident, and gone once the whole tables are there.
  check_refused(run("occlusion", occlusion(folder / "a", two)), {"exists already", "--overwrite"});
  CHECK(fs::exists(folder / "a" / "regions.partial.csv"));
  CHECK(run("occlusion", occlusion(folder / "a", two + std::vector<std::string>{"--overwrite"})).exit_code == 0);
  CHECK(lines(folder / "a" / "regions.csv").size() == 3);
  CHECK_FALSE(fs::exists(folder / "a" / "regions.partial.csv"));
  CHECK_FALSE(fs::exists(folder / "a" / "occlusion.partial.csv"));

  const Ended full = run("occlusion", occlusion(folder / "b", two), 2000);
  check_refused(full, {"phantom_0003_1_occlusion.png"});
  for (const auto& [name, text] : tree(folder / "b")) CHECK_FALSE(name.ends_with(".csv"));
}

}  // namespace occlusion_test
