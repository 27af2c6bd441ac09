// The real data, where it is at hand: counts of the paper's Table 2 and the published baseline.
#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>

#include "unet/chest/records.hpp"
#include "unet/data/baseline.hpp"
#include "unet/data/dataset.hpp"
#include "unet/data/split.hpp"
#include "unet/data/subset.hpp"

namespace shenzhen_test {

using namespace unet;

TEST_CASE("Shenzhen: 566 pairs, the paper's counts, baseline 0.67-0.68") {
  const char* named = std::getenv("UNET_SHENZHEN");
  const std::filesystem::path folder = named ? named : UNET_SOURCE_DIR "/../shared/data/shenzhen";
  if (!std::filesystem::exists(folder)) {
    MESSAGE("skipped: no real data in " << folder.string() << "; set UNET_SHENZHEN to its folder");
    return;
  }
  FolderOptions options;
  options.height = options.width = 128;
  const FolderDataset set(folder, options);
  REQUIRE(set.size() == 566);
  int counts[2][2] = {};
  for (const Record& r : read_records(folder, set.ids())) {
    REQUIRE(r.abnormal.has_value());
    CHECK(r.sex != Sex::unknown);
    CHECK(r.age >= 1);
    CHECK(r.age <= 89);
    ++counts[*r.abnormal][r.sex == Sex::male];
  }
  CHECK(counts[0][1] == 187);
  CHECK(counts[0][0] == 92);
  CHECK(counts[1][1] == 202);
  CHECK(counts[1][0] == 85);

  const auto file = folder / "split.csv";
  const bool fixed = std::filesystem::exists(file);
  const Split split = fixed ? read_split(file, set.ids()) : random_split(set.ids(), 0);
  CHECK(split.train.size() == 340);
  CHECK(split.validation.size() == 113);
  CHECK(split.test.size() == 113);
  const MaskStatistics statistics = mask_statistics(Subset(set, split.train));
  CHECK(statistics.foreground_fraction() == doctest::Approx(0.25).epsilon(0.04));
  for (const Part part : all_parts) {
    const double iou = constant_mask_iou(statistics.mean_mask(), Subset(set, split[part]));
    CAPTURE(iou);
    CHECK(iou > 0.66);
    CHECK(iou < 0.69);
  }
}

}  // namespace shenzhen_test
