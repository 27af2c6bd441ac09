// Splits: exact sizes, the same for the same ids and seed, and nothing in two parts.
#include "unet/data/split.hpp"

#include <set>

#include "files.hpp"

namespace split_test {

using namespace unet;
using namespace test;

namespace {

std::vector<std::string> make_ids(int count) {
  std::vector<std::string> ids;
  for (int i = 0; i < count; ++i) ids.push_back("id" + std::to_string(1000 + i));
  return ids;
}

std::set<std::string> ids_of(const std::vector<Index>& part, const std::vector<std::string>& ids) {
  std::set<std::string> result;
  for (const Index i : part) result.insert(ids[static_cast<std::size_t>(i)]);
  return result;
}

}  // namespace

TEST_CASE("566 samples become 340, 113 and 113, each in one part") {
  const Split split = random_split(make_ids(566), 0);
  CHECK(split.train.size() == 340);
  CHECK(split.validation.size() == 113);
  CHECK(split.test.size() == 113);
  std::set<Index> all;
  for (const Part part : all_parts) all.insert(split[part].begin(), split[part].end());
  CHECK(all.size() == 566);
  CHECK(*all.begin() == 0);
  CHECK(*all.rbegin() == 565);
}

TEST_CASE("a split depends on seed and ids, not on their order") {
  auto ids = make_ids(50);
  const Split a = random_split(ids, 7);
  CHECK(random_split(ids, 7).test == a.test);
  CHECK(random_split(ids, 8).test != a.test);
  auto reversed = ids;
  std::reverse(reversed.begin(), reversed.end());
  const Split b = random_split(reversed, 7);
  for (const Part part : all_parts) CHECK(ids_of(a[part], ids) == ids_of(b[part], reversed));
}

TEST_CASE("other ratios, and too few samples") {
  const Split split = random_split(make_ids(10), 0, {0.7, 0.3, 0});
  CHECK(split.train.size() == 7);
  CHECK(split.validation.size() == 3);
  CHECK(split.test.empty());
  CHECK(random_split(make_ids(3), 0).size() == 3);
  CHECK(contains(message_of<OptionError>([] { random_split(make_ids(2), 0); }), "too few"));
  CHECK_THROWS_AS(random_split(make_ids(10), 0, {0.5, 0.2, 0.2}), OptionError);
  CHECK_THROWS_AS(random_split(make_ids(10), 0, {1.2, -0.1, -0.1}), OptionError);
}

TEST_CASE("a split file comes back as it was written") {
  TemporaryFolder folder;
  const auto ids = make_ids(40);
  const Split split = random_split(ids, 3);
  write_split(folder / "split.csv", split, ids);
  const Split again = read_split(folder / "split.csv", ids);
  for (const Part part : all_parts) CHECK(again[part] == split[part]);
  CHECK_THROWS_AS(write_split(folder / "split.csv", split, make_ids(30)), OptionError);
}

TEST_CASE("split files: part of the ids, any order, and mistakes") {
  TemporaryFolder folder;
  const auto ids = make_ids(5);
  const auto read = [&](const std::string& text) {
    write(folder / "s.csv", text);
    return read_split(folder / "s.csv", ids);
  };
  const Split split = read("part,id\ntest,id1004\nTrain,id1001.png\nvalidation,id1003\ntrain,id1000\n");
  CHECK(split.train == std::vector<Index>{0, 1});
  CHECK(split.validation == std::vector<Index>{3});
  CHECK(split.test == std::vector<Index>{4});
  CHECK(split.size() == 4);  // id1002 is left out

  const auto trouble = [&](const std::string& text) { return message_of<FileError>([&] { read(text); }); };
  CHECK(contains(trouble("id,part\nid1000,train\nid1000,test\n"), "line 3: id 'id1000' is already in line 2 (train)"));
  CHECK(contains(trouble("id,part\nid1000,train\nid1000,train\n"), "already in line 2"));
  CHECK(contains(trouble("id,part\nid1000,train\nid9,test\n"), "line 3: unknown id 'id9'"));
  CHECK(contains(trouble("id,part\nid1000,training\n"), "line 2: unknown part 'training'"));
  CHECK(contains(trouble("id,set\nid1000,train\n"), "no column 'part'"));
  CHECK(contains(trouble("id,part\nid1000,test\n"), "no id has the part 'train'"));
  CHECK(contains(message_of<FileError>([&] { read_split(folder / "none.csv", ids); }), "no such file"));
}

}  // namespace split_test
