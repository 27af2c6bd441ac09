// Components of a mask, and the regions of an image that follow from it.
#include "unet/chest/lung_regions.hpp"

#include <doctest/doctest.h>

#include <map>

#include "unet/chest/phantom.hpp"
#include "unet/core/host_tensor.hpp"
#include "unet/core/random.hpp"

namespace lung_regions_test {

using unet::Index;
using unet::LungRegion;
using unet::LungRegions;
using Bytes = std::vector<std::uint8_t>;

namespace {

struct Canvas {
  Index height, width;
  Bytes mask = Bytes(static_cast<std::size_t>(height * width));

  void rectangle(Index y, Index x, Index rows, Index columns) {
    for (Index i = y; i < y + rows; ++i)
      for (Index j = x; j < x + columns; ++j) mask[static_cast<std::size_t>(i * width + j)] = 255;
  }
  LungRegions regions(Index reach) const { return {mask, height, width, reach}; }
  Canvas mirrored() const {
    Canvas result{height, width};
    for (Index y = 0; y < height; ++y)
      for (Index x = 0; x < width; ++x)
        result.mask[static_cast<std::size_t>(y * width + x)] = mask[static_cast<std::size_t>((y + 1) * width - 1 - x)];
    return result;
  }
};

/// A # for each pixel of the region, rows in lines.
std::string drawn(const LungRegions& regions, LungRegion region, Index height, Index width) {
  std::string rows;
  for (Index y = 0; y < height; ++y) {
    for (Index x = 0; x < width; ++x) rows += regions.has(region, static_cast<std::size_t>(y * width + x)) ? '#' : '.';
    rows += '\n';
  }
  return rows;
}

Index count(const LungRegions& regions, LungRegion region) {
  Index result = 0;
  for (std::size_t i = 0; i < regions.pixels(); ++i) result += regions.has(region, i);
  return result;
}

/// What hangs together, by giving each pixel the smallest number among its neighbours until nothing changes.
std::vector<Index> smallest_numbers(const Bytes& mask, Index height, Index width) {
  std::vector<Index> numbers(mask.size());
  for (std::size_t i = 0; i < mask.size(); ++i) numbers[i] = mask[i] ? static_cast<Index>(i) + 1 : 0;
  for (bool changed = true; changed;) {
    changed = false;
    for (Index y = 0; y < height; ++y)
      for (Index x = 0; x < width; ++x)
        for (const auto& [i, j] : {std::pair{y - 1, x}, {y + 1, x}, {y, x - 1}, {y, x + 1}}) {
          if (i < 0 || i >= height || j < 0 || j >= width) continue;
          Index& number = numbers[static_cast<std::size_t>(y * width + x)];
          const Index other = numbers[static_cast<std::size_t>(i * width + j)];
          if (number == 0 || other == 0 || other >= number) continue;
          number = other;
          changed = true;
        }
  }
  return numbers;
}

}  // namespace

TEST_CASE("components are what hangs together, largest first") {
  for (std::uint32_t sample = 0; sample < 40; ++sample) {
    CAPTURE(sample);
    unet::Random random(1, unet::Purpose::test, 0, sample);
    const Index height = 1 + random.below(30), width = 1 + random.below(30);
    Bytes mask(static_cast<std::size_t>(height * width));
    for (std::uint8_t& pixel : mask)
      pixel = random.uniform() < 0.5 ? static_cast<std::uint8_t>(random.below(255) + 1) : 0;
    const auto found = unet::connected_components(mask, height, width);
    const auto numbers = smallest_numbers(mask, height, width);

    std::map<Index, Index> sizes, label_of;
    for (std::size_t i = 0; i < mask.size(); ++i) {
      CHECK((found.labels[i] == 0) == (mask[i] == 0));
      if (mask[i] == 0) continue;
      ++sizes[numbers[i]];
      const auto [known, added] = label_of.emplace(numbers[i], found.labels[i]);
      CHECK(known->second == found.labels[i]);
    }
    REQUIRE(found.areas.size() == sizes.size());
    Index before = 0;
    for (const auto& [number, size] : sizes) {  // by their first pixel
      CHECK(found.areas[static_cast<std::size_t>(label_of[number] - 1)] == size);
      if (before > 0 && sizes[before] == size) CHECK(label_of[before] < label_of[number]);
      before = number;
    }
    CHECK(std::is_sorted(found.areas.rbegin(), found.areas.rend()));
  }
  CHECK_THROWS_AS(unet::connected_components(Bytes(5), 2, 3), unet::ShapeError);
}

TEST_CASE("regions of two lungs that are drawn by hand") {
  Canvas image{14, 17};
  image.rectangle(1, 1, 12, 5);
  image.rectangle(4, 10, 6, 6);
  const LungRegions regions = image.regions(1);
  CHECK(regions.lungs() == 2);
  CHECK(drawn(regions, LungRegion::edge, 14, 17) ==
        ".#####...........\n"
        "#######..........\n"
        "##...##..........\n"
        "##...##...######.\n"
        "##...##..########\n"
        "##...##..##....##\n"
        "##...##..##....##\n"
        "##...##..##....##\n"
        "##...##..##....##\n"
        "##...##..########\n"
        "##...##...######.\n"
        "##...##..........\n"
        "#######..........\n"
        ".#####...........\n");
  CHECK(drawn(regions, LungRegion::heart_side, 14, 17) ==
        ".................\n"
        ".................\n"
        ".................\n"
        ".................\n"
        ".................\n"
        ".................\n"
        ".....#....#......\n"
        ".....##..##......\n"
        ".....##..##......\n"
        ".....##..###.....\n"
        ".....##...#......\n"
        ".....##..........\n"
        "....###..........\n"
        ".....#...........\n");
  CHECK(drawn(regions, LungRegion::bottom_third, 14, 17) ==
        ".................\n"
        ".................\n"
        ".................\n"
        ".................\n"
        ".................\n"
        ".................\n"
        ".................\n"
        ".................\n"
        "..........######.\n"
        ".#####....######.\n"
        ".#####...........\n"
        ".#####...........\n"
        ".#####...........\n"
        ".................\n");
  CHECK(count(regions, LungRegion::upper_part) == 8 * 5 + 4 * 6);
  CHECK(count(regions, LungRegion::inside) == 10 * 3 + 4 * 4);
}

TEST_CASE("the heart side ends where the border turns along the diaphragm") {
  Canvas image{40, 60};
  image.rectangle(2, 5, 20, 20);
  image.rectangle(2, 36, 20, 20);
  for (Index row = 0; row < 6; ++row)
    image.rectangle(22 + row, 5, 1, 17 - 3 * row);  // to the left, three columns a row
  const LungRegions regions = image.regions(1);
  const auto heart = [&](Index y, Index x) {
    return regions.has(LungRegion::heart_side, static_cast<std::size_t>(y * 60 + x));
  };
  CHECK(heart(16, 24));
  CHECK(heart(21, 24));
  CHECK_FALSE(heart(24, 15));
  CHECK_FALSE(heart(27, 6));
  CHECK(regions.has(LungRegion::other_edge, 24 * 60 + 15));
  CHECK(heart(20, 36));

  Canvas slope{60, 60};  // to the right, one column a row: a diaphragm as steep as the heart's border
  slope.rectangle(2, 2, 36, 14);
  slope.rectangle(2, 30, 18, 18);
  for (Index row = 0; row < 18; ++row) slope.rectangle(20 + row, 30 + row, 1, 18 - row);
  const LungRegions steep = slope.regions(1);
  const auto side = [&](Index y, Index x) {
    return steep.has(LungRegion::heart_side, static_cast<std::size_t>(y * 60 + x));
  };
  CHECK(side(25, 35));
  CHECK(side(31, 41));
  CHECK_FALSE(side(34, 44));
}

TEST_CASE("each pixel is at the edge, inside or outside; other regions are parts of these") {
  unet::PhantomOptions options;
  options.count = 12;
  options.height = options.width = 96;
  const unet::Phantom phantom(options);
  for (Index i = 0; i < phantom.size(); ++i) {
    CAPTURE(i);
    unet::HostTensor<float> image({1, 96, 96, 1}), truth({1, 96, 96, 1});
    phantom.load(i, image.view(), truth.view());
    Canvas canvas{96, 96};
    for (std::size_t p = 0; p < canvas.mask.size(); ++p) canvas.mask[p] = truth.values[p] > 0.5f;
    const LungRegions regions = canvas.regions(2);
    REQUIRE(regions.lungs() == 2);
    bool consistent = true;
    for (std::size_t p = 0; p < canvas.mask.size(); ++p) {
      const auto has = [&](LungRegion region) { return regions.has(region, p); };
      consistent = consistent && has(LungRegion::edge) + has(LungRegion::inside) + has(LungRegion::outside) == 1;
      consistent = consistent && has(LungRegion::heart_side) + has(LungRegion::other_edge) == has(LungRegion::edge);
      consistent = consistent && has(LungRegion::bottom_third) + has(LungRegion::upper_part) <= (canvas.mask[p] != 0);
      consistent =
          consistent && (!has(LungRegion::inside) || canvas.mask[p]) && (!has(LungRegion::outside) || !canvas.mask[p]);
    }
    CHECK(consistent);
    // Between the lungs of the phantom, whose images may be turned a little, and below their middle.
    for (Index y = 0; y < 96; ++y)
      for (Index x = 0; x < 96; ++x)
        if (regions.has(LungRegion::heart_side, static_cast<std::size_t>(y * 96 + x))) {
          CHECK(x > 24);
          CHECK(x < 76);
          CHECK(y > 30);
        }
    const Index heart = count(regions, LungRegion::heart_side), edge = count(regions, LungRegion::edge);
    CHECK(heart * 20 > edge);
    CHECK(heart * 3 < edge);

    const LungRegions mirrored = canvas.mirrored().regions(2);
    for (const LungRegion region : unet::all_lung_regions) CHECK(count(mirrored, region) == count(regions, region));
  }
}

TEST_CASE("masks of no, one and three components, and slips of the pen") {
  Canvas empty{20, 30};
  CHECK(empty.regions(2).lungs() == 0);
  CHECK(count(empty.regions(2), LungRegion::outside) == 600);
  for (const LungRegion region : unet::all_lung_regions)
    if (region != LungRegion::outside) CHECK(count(empty.regions(2), region) == 0);

  Canvas one = empty;
  one.rectangle(4, 4, 10, 8);
  CHECK(one.regions(2).lungs() == 1);
  CHECK(count(one.regions(2), LungRegion::bottom_third) == 3 * 8);
  CHECK(count(one.regions(2), LungRegion::heart_side) == 0);
  CHECK(count(one.regions(2), LungRegion::other_edge) == 0);
  CHECK(count(one.regions(2), LungRegion::edge) > 0);

  Canvas slip = one;
  slip.rectangle(10, 25, 1, 3);  // of 80 pixels
  CHECK(slip.regions(2).lungs() == 1);
  CHECK(count(slip.regions(2), LungRegion::bottom_third) == 3 * 8);
  slip.rectangle(11, 25, 1, 1);  // the fourth
  CHECK(slip.regions(2).lungs() == 2);

  Canvas three = one;
  three.rectangle(4, 20, 12, 6);
  three.rectangle(17, 27, 2, 2);
  CHECK(three.regions(2).lungs() == 2);
  CHECK(count(three.regions(2), LungRegion::bottom_third) == 3 * 8 + 4 * 6);
  CHECK(count(three.regions(2), LungRegion::heart_side) > 0);

  CHECK_THROWS_AS(LungRegions(Bytes(5), 2, 3, 1), unet::ShapeError);
  CHECK_THROWS_AS(empty.regions(0), unet::OptionError);
}

}  // namespace lung_regions_test
