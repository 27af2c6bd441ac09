// The images that a study shows: best and worst of each group, and what is said when a group has nobody.
#include "unet/chest/image_choice.hpp"

#include <doctest/doctest.h>

namespace image_choice_test {

using unet::ChosenImage;
using unet::ImageResult;
using unet::Index;
using unet::Record;
using unet::Sex;

namespace {

Record patient(const std::string& id, Sex sex, std::optional<bool> abnormal) {
  Record r;
  r.id = id;
  r.sex = sex;
  r.abnormal = abnormal;
  return r;
}

const std::vector<Record> records = {
    patient("a", Sex::male, false),   patient("b", Sex::male, true),    patient("c", Sex::female, true),
    patient("d", Sex::unknown, {}),   patient("e", Sex::female, false), patient("f", Sex::male, true),
    patient("g", Sex::female, false),
};
const std::vector<ImageResult> results = {{0, 0.8, 0}, {0, 0.5, 0}, {0, 0.9, 0}, {0, 1.0, 0},
                                          {0, 0.7, 0}, {0, 0.6, 0}, {0, 0.2, 0}};

std::vector<std::string> said(const std::vector<ChosenImage>& chosen) {
  std::vector<std::string> all;
  for (const ChosenImage& c : chosen) {
    CHECK(c.iou == results[static_cast<std::size_t>(c.image)].iou);
    all.push_back(c.role + " " + records[static_cast<std::size_t>(c.image)].id);
  }
  return all;
}

using Words = std::vector<std::string>;

}  // namespace

TEST_CASE("best and worst of male, female, normal, abnormal; an unknown patient is in no group") {
  const std::vector<Index> all = {0, 1, 2, 3, 4, 5, 6};
  CHECK(said(unet::choose_images(records, results, all)) == Words{"best male a", "worst male b", "best female c",
                                                                  "worst female g", "best normal a", "worst normal g",
                                                                  "best abnormal c", "worst abnormal b"});
  CHECK(unet::missing_groups(records, all).empty());
}

TEST_CASE("candidates alone are chosen; a group of one has the same best and worst; empty groups are named") {
  const std::vector<Index> some = {3, 5, 1};
  CHECK(said(unet::choose_images(records, results, some)) ==
        Words{"best male f", "worst male b", "best abnormal f", "worst abnormal b"});
  CHECK(unet::missing_groups(records, some) == Words{"female", "normal"});

  const std::vector<Index> one = {4};
  CHECK(said(unet::choose_images(records, results, one)) ==
        Words{"best female e", "worst female e", "best normal e", "worst normal e"});
  const std::vector<Index> nobody = {3};
  CHECK(unet::choose_images(records, results, nobody).empty());
  CHECK(unet::missing_groups(records, nobody) == Words{"male", "female", "normal", "abnormal"});
}

TEST_CASE("equal IoU: the first id, whatever the order of the candidates") {
  const std::vector<Record> three = {patient("b", Sex::male, {}), patient("a", Sex::male, {}),
                                     patient("c", Sex::male, {})};
  const std::vector<ImageResult> same(3, ImageResult{0, 0.5, 0});
  for (const std::vector<Index>& order : {std::vector<Index>{0, 1, 2}, {2, 1, 0}, {1, 2, 0}}) {
    const auto chosen = unet::choose_images(three, same, order);
    REQUIRE(chosen.size() == 2);
    CHECK(chosen[0].image == 1);
    CHECK(chosen[1].image == 1);
  }
}

TEST_CASE("results that do not belong to the records, candidates that are no images") {
  const std::vector<Index> all = {0, 1}, beyond = {0, 7}, negative = {-1};
  CHECK_THROWS_WITH_AS(unet::choose_images(records, std::span(results).first(6), all),
                       doctest::Contains("7 images with 6 results"), unet::ShapeError);
  CHECK_THROWS_AS(unet::choose_images(records, results, beyond), unet::OptionError);
  CHECK_THROWS_AS(unet::choose_images(records, results, negative), unet::OptionError);
}

}  // namespace image_choice_test
