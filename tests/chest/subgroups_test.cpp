// Groups by sex and finding, their means and differences, and the profile over ages.
#include "unet/chest/subgroups.hpp"

#include <doctest/doctest.h>

#include "unet/chest/age_ends.hpp"
#include "unet/chest/age_profile.hpp"

namespace subgroups_test {

using unet::Grouping;
using unet::Index;
using unet::Record;
using unet::Sex;
using unet::Subgroup;

namespace {

Record patient(Sex sex, std::optional<bool> abnormal, int age = -1) { return {"", sex, age, abnormal, ""}; }

std::vector<Index> all(const std::vector<Record>& records) {
  std::vector<Index> images(records.size());
  for (std::size_t i = 0; i < images.size(); ++i) images[i] = static_cast<Index>(i);
  return images;
}

std::vector<std::string> names(const std::vector<Subgroup>& groups) {
  std::vector<std::string> result;
  for (const Subgroup& group : groups) result.push_back(group.name + " " + std::to_string(group.members.size()));
  return result;
}

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("classes, sexes, findings, all; a class without a member is there") {
  const std::vector<Record> records = {patient(Sex::male, false), patient(Sex::female, true), patient(Sex::male, true),
                                       patient(Sex::male, false)};
  const auto groups = unet::subgroups(records, all(records));
  CHECK(names(groups) == Names{"normal male 2", "normal female 0", "abnormal male 1", "abnormal female 1", "male 3",
                               "female 1", "normal 2", "abnormal 2", "all 4"});
  CHECK(groups[0].members == std::vector<Index>{0, 3});
  CHECK(groups[0].grouping == Grouping::sex_and_finding);
  CHECK(groups[8].grouping == Grouping::all);
  CHECK(names(unet::subgroups(records, {1, 2}))[8] == "all 2");
}

TEST_CASE("unknown sex and finding have rows of their own, only with members") {
  const std::vector<Record> records = {patient(Sex::male, false), patient(Sex::unknown, true), patient(Sex::male, {}),
                                       patient(Sex::unknown, {})};
  const auto groups = unet::subgroups(records, all(records));
  CHECK(names(groups) == Names{"normal male 1", "normal female 0", "abnormal male 0", "abnormal female 0",
                               "abnormal, sex unknown 1", "finding unknown, male 1", "finding unknown, sex unknown 1",
                               "male 2", "female 0", "sex unknown 2", "normal 1", "abnormal 1", "finding unknown 2",
                               "all 4"});
  CHECK(groups[0].known);
  CHECK_FALSE(groups[4].known);
  CHECK_FALSE(groups[9].known);
}

TEST_CASE("groupings that need what nobody knows are left out") {
  const std::vector<Record> no_sex = {patient(Sex::unknown, false), patient(Sex::unknown, true)};
  CHECK(names(unet::subgroups(no_sex, all(no_sex))) == Names{"normal 1", "abnormal 1", "all 2"});
  const std::vector<Record> no_finding = {patient(Sex::male, {}), patient(Sex::female, {})};
  CHECK(names(unet::subgroups(no_finding, all(no_finding))) == Names{"male 1", "female 1", "all 2"});
  const std::vector<Record> nothing = {patient(Sex::unknown, {})};
  CHECK(names(unet::subgroups(nothing, all(nothing))) == Names{"all 1"});
}

TEST_CASE("mean of a group: size-weighted, its interval within [0, 1], nothing without members") {
  const std::vector<double> values = {1.0, 0.4, 0.9, 0.9, 0.9, 0.99, 1.0};
  const auto three = unet::group_mean(values, {0, 1, 2});
  CHECK(three.images == 3);
  CHECK(*three.mean == doctest::Approx(2.3 / 3));
  CHECK_FALSE(three.interval);
  const auto both = unet::group_mean(values, {0, 1, 2, 3, 4, 5, 6});
  CHECK(*both.mean == doctest::Approx((3 * *three.mean + 4 * *unet::group_mean(values, {3, 4, 5, 6}).mean) / 7));
  const std::vector<double> high_values = {0.85, 0.92, 0.97, 0.89, 0.99};
  CHECK(unet::bootstrap_mean(high_values)->high > 1);
  const auto near_one = unet::group_mean(high_values, {0, 1, 2, 3, 4});
  REQUIRE(near_one.interval);
  CHECK(near_one.interval->high == 1);
  CHECK(near_one.interval->low < *near_one.mean);
  const auto none = unet::group_mean(values, {});
  CHECK(none.images == 0);
  CHECK_FALSE(none.mean);
  CHECK_FALSE(none.interval);
}

TEST_CASE("differences: all pairs within a grouping, unknown ones left out, one family for Holm") {
  std::vector<Record> records;
  std::vector<double> values;
  for (int i = 0; i < 60; ++i) {
    records.push_back(patient(i % 10 == 9 ? Sex::unknown : i % 2 ? Sex::male : Sex::female, i % 4 < 2));
    values.push_back((i % 2 ? 0.9 : 0.7) + 0.001 * (i * 7 % 11));
  }
  const auto groups = unet::subgroups(records, all(records));
  const auto differences = unet::group_differences(groups, values, {999, 0.95, 1});
  REQUIRE(differences.size() == 6 + 1 + 1);
  const auto& sexes = differences[6];
  CHECK(sexes.first->name == "male");
  CHECK(sexes.second->name == "female");
  CHECK(*sexes.difference == doctest::Approx(0.2).epsilon(0.02));
  CHECK(sexes.interval->low < *sexes.difference);
  CHECK(sexes.interval->low > 0.19);
  CHECK(*sexes.p == doctest::Approx(0.001));
  CHECK(*sexes.p_holm == doctest::Approx(0.008));
  CHECK(*differences[7].p_holm > 0.5);  // findings do not differ
}

TEST_CASE("Holm's family are the differences that could be tested") {
  std::vector<Record> records;
  std::vector<double> values;
  for (int i = 0; i < 30; ++i) {
    records.push_back(patient(Sex::male, i % 2 == 1));
    values.push_back((i % 2 ? 0.9 : 0.7) + 0.001 * i);
  }
  const auto groups = unet::subgroups(records, all(records));  // without women: two tests, of the same values
  const auto differences = unet::group_differences(groups, values, {999, 0.95, 1});
  REQUIRE(differences.size() == 8);
  for (const auto& d : differences) {
    const bool tested = !d.first->members.empty() && !d.second->members.empty();
    CHECK(d.p.has_value() == tested);
    CHECK(d.p_holm.has_value() == tested);
    if (tested) CHECK(*d.p_holm == doctest::Approx(0.002));
  }
}

TEST_CASE("differences with a group that has no or one member") {
  const std::vector<Record> records = {patient(Sex::male, {}), patient(Sex::male, {}), patient(Sex::male, {}),
                                       patient(Sex::female, {})};
  const std::vector<double> values = {0.5, 0.6, 0.7, 0.8};
  const auto one = unet::subgroups(records, all(records)), none = unet::subgroups(records, {0, 1, 2});
  const auto with_one = unet::group_differences(one, values);
  REQUIRE(with_one.size() == 1);
  CHECK(*with_one[0].difference == doctest::Approx(-0.2));
  CHECK_FALSE(with_one[0].interval);
  CHECK_FALSE(with_one[0].p);
  CHECK_FALSE(with_one[0].p_holm);
  const auto with_none = unet::group_differences(none, values);
  REQUIRE(with_none.size() == 1);
  CHECK_FALSE(with_none[0].difference);
}

TEST_CASE("ages: every year, own means and running means") {
  std::vector<Record> records;
  for (const int age : {20, 20, 21, 24, -1, 60}) records.push_back(patient(Sex::male, false, age));
  const std::vector<double> values = {0.5, 0.7, 0.9, 0.8, 0.1, 0.3};
  int calls = 0;
  unet::AgeOptions options;
  options.window = 5;
  options.bootstrap.draws = 99;
  options.on_progress = [&](Index done, Index total) {
    CHECK(done == ++calls);
    CHECK(total == 41);
  };
  const auto points = unet::age_profile(records, all(records), values, options);
  REQUIRE(points.size() == 41);
  CHECK(calls == 41);
  CHECK(points[0].age == 20);
  CHECK(points[0].images == 2);
  CHECK(*points[0].mean == doctest::Approx(0.6));
  CHECK(points[0].window.images == 3);  // 20, 20, 21; 22 has none, 24 is too far
  CHECK(*points[0].window.mean == doctest::Approx(0.7));
  CHECK(points[2].images == 0);
  CHECK_FALSE(points[2].mean);
  CHECK(points[2].window.images == 4);
  CHECK(*points[2].window.mean == doctest::Approx(2.9 / 4));
  CHECK(points[20].window.images == 0);
  CHECK_FALSE(points[20].window.mean);
  CHECK(points[40].age == 60);
  CHECK(*points[40].mean == 0.3);
}

TEST_CASE("ages: none known, a window of one year, windows that are refused") {
  const std::vector<Record> unknown = {patient(Sex::male, false)};
  CHECK(unet::age_profile(unknown, {0}, {0.5}).empty());
  const std::vector<Record> known = {patient(Sex::male, false, 0), patient(Sex::male, false, 1)};
  const auto points = unet::age_profile(known, {0, 1}, {0.5, 0.6}, {1, {}, {}});
  REQUIRE(points.size() == 2);
  CHECK(points[0].window.images == 1);
  for (const int window : {0, -3, 10})
    CHECK_THROWS_WITH_AS(unet::age_profile(known, {0, 1}, {0.5, 0.6}, {window, {}, {}}), doctest::Contains("odd"),
                         unet::OptionError);
}

TEST_CASE("ranks, and the trend over ages") {
  CHECK(unet::ranks({0.5, 0.1, 0.5, 0.9}) == std::vector<double>{2.5, 1, 2.5, 4});
  std::vector<Record> records;
  std::vector<double> falling, other;
  for (int i = 0; i < 30; ++i) {
    records.push_back(patient(Sex::male, false, i == 29 ? -1 : 20 + i));
    falling.push_back(i == 29 ? 1 : 1.0 / (1 + i));  // falls with age, not in a straight line
    other.push_back(i * 7 % 30 / 30.0);
  }
  const auto trend = unet::age_trend(records, all(records), falling, {999, 0});
  REQUIRE(trend);
  CHECK(trend->correlation == doctest::Approx(-1));
  CHECK(trend->p == doctest::Approx(0.001));
  CHECK(unet::age_trend(records, all(records), other, {999, 0})->p > 0.2);
  CHECK_FALSE(unet::age_trend(records, all(records), std::vector<double>(30, 0.5)));
  CHECK_FALSE(unet::age_trend(records, {29}, falling));
}

TEST_CASE("both ends of the ages, of which there are few images") {
  // 2 of each age from 5 to 14, 10 of each from 15 to 40, 2 of each up to 50; who is older than 40 is served worse.
  std::vector<Record> records;
  std::vector<double> values;
  for (int age = 5; age <= 50; ++age)
    for (int i = 0; i < (age < 15 || age > 40 ? 2 : 10); ++i) {
      records.push_back(patient(Sex::male, false, age));
      values.push_back((age > 40 ? 0.7 : 0.8) + 0.01 * (i % 2));
    }
  records.push_back(patient(Sex::male, false));
  values.push_back(0);
  unet::AgeOptions options;
  options.window = 5;
  options.bootstrap.draws = 199;
  const auto profile = unet::age_profile(records, all(records), values, options);
  const auto ends = unet::age_ends(profile, records, all(records), values, {999, 0.95, 0});
  REQUIRE(ends);
  CHECK(ends->middle_from == 14);  // 12 to 16 have 26 of the fullest window's 50, 11 to 15 have 18
  CHECK(ends->middle_to == 41);
  CHECK(names(ends->groups) == Names{"under 14 years 18", "14 to 41 years 264", "over 41 years 18"});
  REQUIRE(ends->differences.size() == 2);
  CHECK(std::abs(*ends->differences[0].difference) < 0.01);
  CHECK(*ends->differences[0].p_holm > 0.05);
  CHECK(*ends->differences[1].difference == doctest::Approx(-0.1).epsilon(0.02));
  CHECK(*ends->differences[1].p_holm < 0.01);
  CHECK(ends->differences[1].interval->high < 0);

  // The middle stays what the profile says, of whatever images means are taken.
  const auto few = unet::age_ends(profile, records, {0, 1, 2, 30, 31}, values, {99, 0.95, 0});
  CHECK(names(few->groups) == Names{"under 14 years 3", "14 to 41 years 2", "over 41 years 0"});
  CHECK_FALSE(few->differences[1].difference);
  CHECK_FALSE(unet::age_ends({}, records, all(records), values));
}

}  // namespace subgroups_test
