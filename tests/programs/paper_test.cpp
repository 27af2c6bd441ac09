// The published study's numbers beside ours: when they stand there, when claims are judged, and its clusters by our measures.
#include <algorithm>

#include "process.hpp"
#include "programs/kmeans/paper_clusters.hpp"
#include "programs/study/summary.hpp"
#include "programs/subgroups/tables.hpp"
#include "support/session/comparable.hpp"

namespace paper_test {

using namespace test;

namespace {

using app::Finding;
using Verdict = Finding::Verdict;

app::DataSource source(const std::string& data, unet::Index count, unet::Index size) {
  return app::DataSource({data, count, size, 0}, [](const std::string&) {});
}

/// A folder of `count` images that are called like the study's.
app::DataSource shenzhen(const TemporaryFolder& folder, int count, unet::Index size) {
  std::filesystem::create_directories(folder / "CXR_png");
  std::filesystem::create_directories(folder / "masks");
  for (int i = 0; i < count; ++i) {
    const std::string number = std::to_string(10'000 + i).substr(1),
                      id = "CHNCXR_" + number + "_" + std::to_string(i % 2);
    write(folder / "CXR_png" / (id + ".png"), flat_png(4, 4, 100));
    write(folder / "masks" / (id + "_mask.png"),
          grey_png(4, 4, {0, 255, 255, 0, 0, 255, 255, 0, 0, 0, 0, 0, 0, 0, 0, 0}));
  }
  return source(folder.path.string(), count, size);
}

}  // namespace

TEST_CASE("claims are judged on the study's images alone, and only when they are many, large and of its net") {
  const TemporaryFolder all, few;
  const app::DataSource whole = shenzhen(all, 283, 256);
  CHECK(app::are_papers_images(whole));
  CHECK(app::not_comparable(whole, "paper") == "");
  CHECK(app::not_comparable(whole, "small").find("the net is 'small'") == 0);
  const app::DataSource coarse = source(all.path.string(), 283, 128);
  CHECK(app::not_comparable(coarse, "paper").find("the images were made 128 x 128") == 0);
  CHECK(app::not_comparable(shenzhen(few, 20, 256), "paper") == "the images are only 20 of the study's 566");
  const app::DataSource phantom = source("phantom", 10, 32);
  CHECK_FALSE(app::are_papers_images(phantom));
  CHECK(app::not_comparable(phantom, "paper").find("the images are not the study's") == 0);
}

TEST_CASE("without a comparison there is no verdict, but a reason; notes stay notes") {
  const Finding judged = app::beside_paper({Verdict::supported, "So it is"}, "the images are others");
  CHECK(judged.verdict == Verdict::not_comparable);
  CHECK(judged.reason == "the images are others");
  CHECK(app::beside_paper({Verdict::supported, "So it is"}, "").verdict == Verdict::supported);
  CHECK(app::beside_paper({Verdict::note, "By the way"}, "the images are others").verdict == Verdict::note);
}

TEST_CASE("the paper's clusters: counts of its Table 4, measures computed by other means from them") {
  const app::PaperClusters p = app::paper_clusters();
  CHECK(p.clusters.size() == 565);
  const auto agreements = app::paper_agreements({199, 1});
  REQUIRE(agreements.size() == 3);
  const struct {
    const char* with;
    double chi_square, v, rand_index, information;
    int degrees;
  } expected[] = {{"class", 173.0817, 0.3196, 0.10318, 0.12495, 9},
                  {"sex", 5.1824, 0.0958, 0.00296, 0.00447, 3},
                  {"finding", 162.0714, 0.5356, 0.13774, 0.15342, 3}};
  for (std::size_t i = 0; i < 3; ++i) {
    CAPTURE(i);
    CHECK(agreements[i].with == expected[i].with);
    CHECK(agreements[i].images == 565);
    CHECK(agreements[i].chi_square.statistic == doctest::Approx(expected[i].chi_square).epsilon(1e-4));
    CHECK(agreements[i].chi_square.degrees == expected[i].degrees);
    CHECK(agreements[i].chi_square.cramers_v == doctest::Approx(expected[i].v).epsilon(1e-3));
    CHECK(agreements[i].rand_index == doctest::Approx(expected[i].rand_index).epsilon(1e-3));
    CHECK(agreements[i].information == doctest::Approx(expected[i].information).epsilon(1e-3));
  }
  CHECK(agreements[1].p_rand_index_holm > 0.05);  // of a bias by sex its own numbers show nothing
  CHECK(agreements[2].p_rand_index_holm < 0.05);
  const app::Table table = app::paper_class_table();
  REQUIRE(table.rows.size() == 5);
  CHECK(table.rows[0] == std::vector<std::string>{"1", "142", "8 (5.6%)", "93 (65.5%)", "7 (4.9%)", "34 (23.9%)"});
  CHECK(table.rows[4][1] == "565");
}

TEST_CASE("an IoU near the paper's is judged with a margin, not by the width of its interval") {
  const auto verdict = [](double low, double high) {
    app::PartSummary p;
    p.name = "test";
    p.mean = (low + high) / 2;
    p.interval = unet::Interval{low, high};
    p.paper = 0.897;
    return app::reaches_paper(p).verdict;
  };
  CHECK(verdict(0.89, 0.90) == Verdict::supported);
  CHECK(verdict(0.95, 0.96) == Verdict::supported);
  CHECK(verdict(0.70, 0.95) == Verdict::unclear);  // wide, and the paper's value is in it
  CHECK(verdict(0.86, 0.87) == Verdict::not_supported);
}

TEST_CASE("the paper's columns stand in tables only when they are asked for") {
  const std::vector<app::PartSummary> parts = {{"test", {0.9, 0.8}, {0.6, 0.7}, 0.85, 0.65, {}, 0.897, 0.676}};
  CHECK(app::parts_table(parts, false).header.size() == 4);
  const app::Table with = app::parts_table(parts, true);
  CHECK(with.rows[0] == std::vector<std::string>{"test", "2", "0.850", "0.650", "0.897", "0.676"});
}

}  // namespace paper_test
