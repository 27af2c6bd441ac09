// results.csv and the numbers in it.
#include "support/text/history.hpp"

#include <doctest/doctest.h>

#include <cstring>
#include <limits>

#include "../io/temporary_folder.hpp"
#include "support/cli/memory.hpp"
#include "support/text/numbers.hpp"
#include "unet/core/error.hpp"
#include "unet/core/random.hpp"

namespace history_test {

namespace {

bool same_bits(double a, double b) { return std::memcmp(&a, &b, sizeof a) == 0; }

std::string error_of(const std::string& csv) {
  const TemporaryFolder folder;
  std::ofstream(folder / "results.csv") << csv;
  try {
    app::read_history(folder / "results.csv");
  } catch (const unet::FileError& error) {
    return error.what();
  }
  return "";
}

const std::string header =
    "epoch,train_loss,train_iou,validation_loss,validation_iou,learning_rate,seconds,images_per_second,peak_memory_"
    "mb\n";

}  // namespace

TEST_CASE("results.csv has the agreed columns") {
  const TemporaryFolder folder;
  app::write_history(folder / "results.csv", {{1, 0.5, 0.25, 0.75, 0.125, 0.01, 12, 34.5, 812}});
  CHECK(file_content(folder / "results.csv") == header + "1,0.5,0.25,0.75,0.125,0.01,12,34.5,812\n");
}

TEST_CASE("every number of results.csv reads back with the same bits") {
  const TemporaryFolder folder;
  constexpr double inf = std::numeric_limits<double>::infinity();
  std::vector<app::EpochRecord> history = {
      {1, 0.1, 1.0 / 3, std::nan(""), inf, -inf, std::numeric_limits<double>::denorm_min(), 1e300, -0.0}};
  unet::Random random(0, unet::Purpose::test);
  for (int epoch = 2; epoch <= 200; ++epoch) {
    app::EpochRecord record;
    record.epoch = epoch;
    record.train_loss = std::exp(random.uniform(-30, 30));
    record.validation_iou = random.uniform();
    history.push_back(record);
  }
  app::write_history(folder / "results.csv", history);
  const auto back = app::read_history(folder / "results.csv");
  REQUIRE(back.size() == history.size());
  for (std::size_t i = 0; i < back.size(); ++i) {
    CHECK(back[i].epoch == history[i].epoch);
    for (const auto& column : app::detail::history_columns) {
      const double a = back[i].*column.value, b = history[i].*column.value;
      const bool same = same_bits(a, b) || (std::isnan(a) && std::isnan(b));
      CHECK(same);
    }
  }
}

TEST_CASE("an empty history is a header alone") {
  const TemporaryFolder folder;
  app::write_history(folder / "results.csv", {});
  CHECK(file_content(folder / "results.csv") == header);
  CHECK(app::read_history(folder / "results.csv").empty());
}

TEST_CASE("a damaged results.csv is refused with its line") {
  CHECK(error_of(header + "1,1,1,1,1,1,1,1,1\n") == "");
  CHECK(error_of(header + "1,1,1,1,1,1,1,1,1\n2,x,1,1,1,1,1,1,1\n").find("line 3: train_loss 'x'") !=
        std::string::npos);
  CHECK(error_of(header + "1.5,1,1,1,1,1,1,1,1\n").find("line 2: epoch '1.5'") != std::string::npos);
  CHECK(error_of(header + "1,1,1,1,1,1,1,1,\n").find("line 2: peak_memory_mb ''") != std::string::npos);
  CHECK(error_of("epoch,train_loss\n1,1\n").find("no column 'train_iou'") != std::string::npos);
}

TEST_CASE("numbers for readers") {
  CHECK(app::fixed(0.12345, 3) == "0.123");
  CHECK(app::fixed(-0.0001, 2) == "0.00");
  CHECK(app::fixed(-0.01, 2) == "-0.01");
  CHECK(app::fixed(std::nan(""), 2) == "\u2013");
  CHECK(app::fixed(1e300, 2) == "1e+300");
  CHECK(app::significant(0.01, 3) == "0.01");
  CHECK(app::significant(1234567, 3) == "1.23e+06");
  CHECK(app::grouped(7765409) == "7,765,409");
  CHECK(app::grouped(-123456) == "-123,456");
  CHECK(app::grouped(999) == "999");
  CHECK(app::duration(0.44) == "0.4 s");
  CHECK(app::duration(59.4) == "59 s");
  CHECK(app::duration(59.6) == "1:00 min");
  CHECK(app::duration(3725) == "1:02:05 h");
}

TEST_CASE("peak memory grows with what is touched") {
  const double before = app::peak_memory_mb();
  CHECK(before > 1);
  const std::size_t bytes = 200'000'000;
  std::vector<char> block(bytes, 'x');
  CHECK(block[bytes / 2] == 'x');
  const double after = app::peak_memory_mb();
  CHECK(after >= 190);
  CHECK(after < before + 300);
}

}  // namespace history_test
