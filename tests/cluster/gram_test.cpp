// The Gram matrix: against one plain product, with a large mean, from memory and file, at any number of threads.
#include "unet/cluster/gram.hpp"

#include <doctest/doctest.h>

#include "../io/temporary_folder.hpp"
#include "points.hpp"

namespace gram_test {

namespace {

/// Puts `points` into a store that may use so many bytes of memory.
unet::RowStore store(const test::Points& points, std::int64_t memory_limit, const std::filesystem::path& folder) {
  unet::RowStore rows(points.rows, points.columns, {memory_limit, folder});
  for (unet::Index i = points.rows; i-- > 0;) rows.write(i, points.values.data() + i * points.columns);
  return rows;
}

}  // namespace

TEST_CASE("equals a plain product, for sizes around the tiles' and blocks' borders") {
  for (const auto& size :
       {std::pair<unet::Index, unet::Index>{1, 1}, {2, 1}, {5, 2048}, {95, 63}, {97, 2049}, {200, 65}}) {
    const auto rows = size.first, columns = size.second;  // clang's lambdas can not capture structured bindings
    CAPTURE(rows);
    CAPTURE(columns);
    const auto points = test::grouped_points(rows, columns, 3, 1);
    const Eigen::MatrixXd gram = unet::centred_gram(points.view()), expected = test::plain_gram(points);
    CHECK((gram - expected).cwiseAbs().maxCoeff() <= 1e-12 * (1 + expected.cwiseAbs().maxCoeff()));
    CHECK(gram == gram.transpose());
  }
}

TEST_CASE("a mean that is large beside the differences costs no digits") {
  auto points = test::grouped_points(20, 300, 2, 1);
  const Eigen::MatrixXd expected = unet::centred_gram(points.view());
  for (float& value : points.values) value = std::round(value * 256) / 256;  // so that adding 8192 is exact
  const Eigen::MatrixXd rounded = unet::centred_gram(points.view());
  for (float& value : points.values) value += 8192;
  const Eigen::MatrixXd moved = unet::centred_gram(points.view());
  CHECK((moved - rounded).cwiseAbs().maxCoeff() < 1e-9);
  CHECK((moved - expected).cwiseAbs().maxCoeff() > 1e-6);
}

TEST_CASE("squared distances") {
  const auto points = test::grouped_points(7, 40, 2, 3);
  const Eigen::MatrixXd gram = unet::centred_gram(points.view()), m = points.matrix();
  for (unet::Index i = 0; i < 7; ++i)
    for (unet::Index j = 0; j < 7; ++j)
      CHECK(unet::squared_distance(gram, i, j) == doctest::Approx((m.row(i) - m.row(j)).squaredNorm()).epsilon(1e-12));
  Eigen::MatrixXd rounding(2, 2);
  rounding << 1, 1 + 1e-15, 1 + 1e-15, 1;
  CHECK(unet::squared_distance(rounding, 0, 1) == 0);
}

TEST_CASE("the same bits from memory, from a file and at 1, 2, 3 and 5 threads; the file leaves nothing") {
  const TemporaryFolder folder;
  const auto points = test::grouped_points(101, 4100, 4, 1);
  const int before = unet::thread_count();
  unet::set_thread_count(1);
  const Eigen::MatrixXd expected = unet::centred_gram(points.view());
  for (const int threads : {1, 2, 3, 5}) {
    CAPTURE(threads);
    unet::set_thread_count(threads);
    const auto in_memory = store(points, 101 * 4100 * 4, folder.path()),
               in_file = store(points, 101 * 4100 * 4 - 1, folder.path());
    CHECK(in_memory.in_memory());
    CHECK_FALSE(in_file.in_memory());
    CHECK(std::filesystem::is_empty(folder.path()));
    CHECK(unet::centred_gram(in_memory) == expected);
    CHECK(unet::centred_gram(in_file) == expected);
  }
  unet::set_thread_count(before);
}

TEST_CASE("a row store gives any piece of any row") {
  const TemporaryFolder folder;
  const auto points = test::grouped_points(5, 33, 2, 1);
  for (const std::int64_t limit : {0, 1000}) {
    const auto rows = store(points, limit, folder.path());
    std::vector<float> piece(7);
    for (unet::Index row = 0; row < 5; ++row)
      for (const unet::Index first : {0, 9, 26}) {
        rows.read(row, first, 7, piece.data());
        CHECK(std::equal(piece.begin(), piece.end(), points.values.begin() + row * 33 + first));
      }
  }
}

TEST_CASE("no room for the file, and no folder: an error that says so, at once") {
  const TemporaryFolder folder;
  const auto attempt = [](unet::Index columns, const std::filesystem::path& where) -> std::string {
    try {
      unet::RowStore(1 << 20, columns, {0, where});
    } catch (const unet::FileError& error) {
      return error.what();
    }
    return "no error";
  };
  const std::string full = attempt(unet::Index{1} << 38, folder.path());  // 2^60 bytes
  CHECK(full.find(folder.path().string()) != full.npos);
  CHECK(full.find("1152921504607 MB") != full.npos);
  CHECK(std::filesystem::is_empty(folder.path()));
  const std::string missing = attempt(1, folder / "missing");
  CHECK(missing.find("no temporary file can be made there") != missing.npos);
}

TEST_CASE("progress goes up to the number of columns, and what it throws passes through") {
  const auto points = test::grouped_points(3, 5000, 2, 1);
  std::vector<unet::Index> done;
  unet::centred_gram(points.view(), [&](unet::Index columns, unet::Index total) {
    CHECK(total == 5000);
    done.push_back(columns);
  });
  CHECK(done == std::vector<unet::Index>{0, 2048, 4096, 5000});
  CHECK_THROWS_AS(unet::centred_gram(points.view(), [](unet::Index, unet::Index) { throw std::runtime_error("stop"); }),
                  std::runtime_error);
}

TEST_CASE("no rows or columns") {
  CHECK_THROWS_AS(unet::centred_gram(unet::RowView(nullptr, 0, 3)), unet::ShapeError);
  CHECK_THROWS_AS(unet::centred_gram(unet::RowView(nullptr, 3, 0)), unet::ShapeError);
}

}  // namespace gram_test
