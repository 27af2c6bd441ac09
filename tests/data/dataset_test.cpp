// Data sets in folders: pairing, kinds of masks, caching, and every way in which a folder can be wrong.
#include "unet/data/dataset.hpp"

#include <unistd.h>

#include <thread>

#include "files.hpp"
#include "unet/data/baseline.hpp"
#include "unet/data/subset.hpp"

namespace dataset_test {

using namespace unet;
using namespace test;

namespace {

static_assert(SampleSet<FolderDataset>);
static_assert(SampleSet<Subset<FolderDataset>>);

/// Options for images of 4x4 that collect the messages.
FolderOptions small(std::vector<std::string>* messages = nullptr) {
  FolderOptions options;
  options.height = options.width = 4;
  if (messages) options.message = [messages](const std::string& text) { messages->push_back(text); };
  return options;
}

struct Loaded {
  std::vector<float> image, target;
};

template <class S>
Loaded load(const S& set, Index i) {
  const Shape s = set.shape();
  Loaded result{std::vector<float>(static_cast<std::size_t>(s.size())),
                std::vector<float>(static_cast<std::size_t>(s.pixels()))};
  set.load(i, View<float>(result.image.data(), s), View<float>(result.target.data(), Shape{1, s.h, s.w, 1}));
  return result;
}

bool any_contains(const std::vector<std::string>& messages, const std::string& part) {
  return std::any_of(messages.begin(), messages.end(), [&](const std::string& m) { return contains(m, part); });
}

const std::vector<unsigned> left_half{255, 255, 0, 0, 255, 255, 0, 0, 255, 255, 0, 0, 255, 255, 0, 0};
const std::vector<float> left_half_target{1, 1, 0, 0, 1, 1, 0, 0, 1, 1, 0, 0, 1, 1, 0, 0};

}  // namespace

TEST_CASE("an image whose name is not UTF-8 is refused before anything is decoded, by its own name") {
  TemporaryFolder folder;
  for (const char* id : {"a", "b\xE9", "c"}) {
    write(folder / "images" / (std::string(id) + ".png"), flat_png(4, 4, 9));
    write(folder / "masks" / (std::string(id) + "_mask.png"), std::string("not even an image"));
  }
  const std::string message = message_of<FileError>([&] { FolderDataset(folder.path, small()); });
  CHECK(contains(message, "images/b\uFFFD.png: the name of this file is not UTF-8"));
  CHECK(contains(message, "rename the image and its mask"));
}

TEST_CASE("an image without a mask may have any name") {
  TemporaryFolder folder;
  write(folder / "images" / "b\xE9.png", flat_png(4, 4, 9));
  write(folder / "images" / "a.png", flat_png(4, 4, 9));
  write(folder / "masks" / "a.png", grey_png(4, 4, left_half));
  CHECK(FolderDataset(folder.path, small()).size() == 1);
}

TEST_CASE("pairs by stem with and without _mask, sorted; images without a mask are dropped and counted") {
  TemporaryFolder folder;
  for (const char* id : {"c", "a", "b", "lonely"})
    write(folder / "images" / (std::string(id) + ".png"), flat_png(4, 4, static_cast<unsigned>(id[0])));
  write(folder / "masks" / "a_mask.png", grey_png(4, 4, left_half));
  write(folder / "masks" / "b.png", grey_png(4, 4, left_half));
  write(folder / "masks" / "c_mask.bmp", make_bmp(4, 4, 1, Bytes(16, 255)));
  write(folder / "masks" / "Thumbs.db", std::string("not an image"));
  std::vector<std::string> messages;
  Index last = 0;
  FolderOptions options = small(&messages);
  options.progress = [&](Index done, Index total) {
    CHECK(done == last + 1);
    CHECK(total == 3);
    last = done;
  };
  const FolderDataset set(folder.path, options);
  CHECK(last == 3);
  REQUIRE(set.size() == 3);
  CHECK(set.shape() == Shape{1, 4, 4, 1});
  CHECK(set.id(0) == "a");
  CHECK(set.id(1) == "b");
  CHECK(set.id(2) == "c");
  CHECK(any_contains(messages, "1 of 4 images have no mask"));
  CHECK(any_contains(messages, "kept in memory"));
  CHECK(set.cached());
  CHECK(load(set, 1).image == std::vector<float>(16, 'b' / 255.0f));
  CHECK(load(set, 1).target == left_half_target);
  CHECK(load(set, 2).target == std::vector<float>(16, 1.0f));
  CHECK_THROWS_AS(load(set, 3), OptionError);
  CHECK_THROWS_AS(load(set, -1), OptionError);
  std::vector<float> wrong(25);
  CHECK_THROWS_AS(
      set.load(0, View<float>(wrong.data(), Shape{1, 5, 5, 1}), View<float>(wrong.data(), Shape{1, 4, 4, 1})),
      ShapeError);
}

TEST_CASE("load writes into strided views and nowhere else") {
  TemporaryFolder folder;
  write(folder / "images" / "a.png", flat_png(2, 2, 255));
  write(folder / "mask" / "a.png", flat_png(2, 2, 255));
  FolderOptions options = small();
  options.height = options.width = 2;
  const FolderDataset set(folder.path, options);
  std::vector<float> image(12, -1), target(12, -1);
  const View<float> wide(image.data(), Shape{1, 2, 2, 1}, Strides{12, 6, 3});
  set.load(0, wide, View<float>(target.data(), Shape{1, 2, 2, 1}, Strides{12, 6, 3}));
  const std::vector<float> expected{1, -1, -1, 1, -1, -1, 1, -1, -1, 1, -1, -1};
  CHECK(image == expected);
  CHECK(target == expected);
}

TEST_CASE("kinds of masks: 0/255, 0/1, RGB, 16 bit, anti-aliased, grey levels") {
  TemporaryFolder folder;
  const auto scaled = [](unsigned high, int repeat) {
    std::vector<unsigned> values;
    for (const unsigned v : left_half) values.insert(values.end(), static_cast<std::size_t>(repeat), v ? high : 0);
    return values;
  };
  const std::vector<Bytes> masks{grey_png(4, 4, left_half),
                                 grey_png(4, 4, scaled(1, 1)),
                                 make_png(4, 4, 8, 2, scaled(255, 3)),
                                 make_png(4, 4, 16, 0, scaled(65535, 1)),
                                 make_png(4, 4, 16, 0, scaled(1, 1)),
                                 make_png(4, 4, 8, 6, scaled(255, 4)),
                                 make_png(4, 4, 8, 2, scaled(1, 3))};
  for (std::size_t i = 0; i < masks.size(); ++i) {
    write(folder / "images" / (std::to_string(i) + ".png"), flat_png(4, 4, 100));
    write(folder / "masks" / (std::to_string(i) + ".png"), masks[i]);
  }
  std::vector<std::string> messages;
  const FolderDataset set(folder.path, small(&messages));
  for (Index i = 0; i < set.size(); ++i) {
    CAPTURE(i);
    CHECK(load(set, i).target == left_half_target);
  }
  CHECK_FALSE(any_contains(messages, "warning"));

  // Half of full range and below is background. Values in between are warned of, once.
  write(folder / "masks" / "0.png", grey_png(4, 4, {255, 255, 128, 127, 0, 0, 0, 0, 100, 100, 0, 0, 0, 0, 0, 0}));
  write(folder / "masks" / "1.png", grey_png(4, 4, std::vector<unsigned>(16, 100)));
  for (const std::size_t limit : {std::size_t{1} << 20, std::size_t{0}}) {
    messages.clear();
    FolderOptions options = small(&messages);
    options.cache_limit_bytes = limit;
    const FolderDataset graded(folder.path, options);
    CHECK(graded.cached() == (limit > 0));
    const std::vector<float> expected{1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
    CHECK(load(graded, 0).target == expected);
    CHECK(load(graded, 1).target == std::vector<float>(16, 0.0f));
    CHECK(std::count_if(messages.begin(), messages.end(), [](const std::string& m) {
            return contains(m, "values between background and foreground");
          }) == 1);
  }
}

TEST_CASE("without cache the samples are the same, from any thread") {
  TemporaryFolder folder;
  for (int i = 0; i < 6; ++i) {
    std::vector<unsigned> values(81), mask(81);
    for (std::size_t p = 0; p < 81; ++p)
      values[p] = static_cast<unsigned>(p * 3 + p * p * static_cast<std::size_t>(i)) % 256;
    for (std::size_t p = 0; p < 81; ++p) mask[p] = p % 9 > static_cast<std::size_t>(i) ? 255 : 0;
    write(folder / "images" / (std::to_string(i) + ".png"), grey_png(9, 9, values));
    write(folder / "masks" / (std::to_string(i) + ".png"), grey_png(9, 9, mask));
  }
  std::vector<std::string> messages;
  FolderOptions options = small(&messages);
  const FolderDataset cached(folder.path, options);
  options.cache_limit_bytes = 10;
  const FolderDataset streamed(folder.path, options);
  CHECK_FALSE(streamed.cached());
  CHECK(any_contains(messages, "read from disk each time"));
  std::vector<Loaded> results(12);
  std::vector<std::thread> threads;
  for (std::size_t t = 0; t < 3; ++t)
    threads.emplace_back([&, t] {
      for (std::size_t k = t; k < 12; k += 3) results[k] = load(streamed, static_cast<Index>(k % 6));
    });
  for (auto& thread : threads) thread.join();
  for (std::size_t k = 0; k < 12; ++k) {
    const Loaded expected = load(cached, static_cast<Index>(k % 6));
    CHECK(results[k].image == expected.image);
    CHECK(results[k].target == expected.target);
  }
}

TEST_CASE("image and mask of different size: warned of and resized; of different aspect ratio: an error") {
  TemporaryFolder folder;
  write(folder / "images" / "a.png", flat_png(8, 8, 50));
  write(folder / "images" / "b.png", flat_png(8, 8, 50));
  write(folder / "masks" / "a.png", grey_png(4, 4, left_half));
  write(folder / "masks" / "b.png", flat_png(8, 8, 0));
  std::vector<std::string> messages;
  const FolderDataset set(folder.path, small(&messages));
  CHECK(load(set, 0).target == left_half_target);
  CHECK(std::count_if(messages.begin(), messages.end(),
                      [](const std::string& m) { return contains(m, "not that of their image: 1"); }) == 1);

  write(folder / "masks" / "b.png", flat_png(8, 6, 0));
  const std::string message = message_of<FileError>([&] { FolderDataset(folder.path, small()); });
  CHECK(contains(message, "b.png"));
  CHECK(contains(message, "8x6"));
  CHECK(contains(message, "aspect"));
}

TEST_CASE("three channels") {
  TemporaryFolder folder;
  write(folder / "images" / "a.jpg", make_jpeg(8, 8, 1, Bytes(64, 128)));
  write(folder / "images" / "b.png", make_png(4, 4, 8, 2, std::vector<unsigned>(48, 51)));
  write(folder / "masks" / "a.png", flat_png(8, 8, 255));
  write(folder / "masks" / "b.png", flat_png(4, 4, 255));
  FolderOptions options = small();
  options.channels = 3;
  const FolderDataset set(folder.path, options);
  CHECK(set.shape() == Shape{1, 4, 4, 3});
  CHECK(load(set, 1).image == std::vector<float>(48, 51 / 255.0f));
  for (const float value : load(set, 0).image) CHECK(value == doctest::Approx(128 / 255.0).epsilon(0.02));
  options.height = 0;
  CHECK_THROWS_AS(FolderDataset(folder.path, options), OptionError);
}

TEST_CASE("folders that are no data set") {
  TemporaryFolder folder;
  const auto trouble = [&](const fs::path& path) {
    return message_of<FileError>([&] { FolderDataset(path, small()); });
  };
  CHECK(contains(trouble(folder / "none"), "no such folder"));
  write(folder / "file", std::string("x"));
  CHECK(contains(trouble(folder / "file"), "is not a folder"));
  CHECK(contains(trouble(folder.path), "has no folder CXR_png/ or images/ and no folder masks/ or mask/"));
  fs::create_directory(folder / "images");
  CHECK(contains(trouble(folder.path), "has no folder masks/ or mask/"));
  CHECK(contains(trouble(folder.path), "its folders are images/. A layout that works:"));
  write(folder / "one.png", std::string("x"));
  CHECK(contains(trouble(folder.path), "its folders are images/, and 1 image lies in it"));
  fs::create_directories(folder / "set/images");
  fs::create_directories(folder / "set/mask");
  CHECK(contains(trouble(folder.path), "set has both: name that one"));
  fs::remove_all(folder / "set");
  fs::create_directory(folder / "masks");
  CHECK(contains(trouble(folder.path), "contains no PNG, JPEG or BMP"));
  write(folder / "images" / "a.png", flat_png(4, 4, 0));
  CHECK(contains(trouble(folder.path), "none of the 1 images has a mask"));
  for (int i = 0; i < 7; ++i) write(folder / "masks" / (std::to_string(i) + "_mask.png"), flat_png(4, 4, 0));
  const std::string orphans = trouble(folder.path);
  CHECK(contains(orphans, "7 masks have no image"));
  CHECK(contains(orphans, "0_mask.png, 1_mask.png"));
  CHECK(contains(orphans, "and 2 more"));
  fs::remove_all(folder / "masks");
  write(folder / "masks" / "a.png", flat_png(4, 4, 0));
  CHECK_NOTHROW(FolderDataset(folder.path, small()));
  write(folder / "masks" / "a_mask.png", flat_png(4, 4, 0));
  CHECK(contains(trouble(folder.path), "are both for 'a'"));
}

TEST_CASE("an unreadable folder is named") {
  if (geteuid() == 0) {
    MESSAGE("skipped: root may read every folder");
    return;
  }
  TemporaryFolder folder;
  write(folder / "images" / "a.png", flat_png(4, 4, 0));
  write(folder / "masks" / "a.png", flat_png(4, 4, 0));
  for (const fs::path& closed : {folder / "images", folder / "masks", folder.path}) {
    fs::permissions(closed, fs::perms::none);
    const std::string message = message_of<FileError>([&] { FolderDataset(folder.path, small()); });
    fs::permissions(closed, fs::perms::owner_all);
    CHECK(contains(message, closed.string()));
    CHECK(contains(message, "permission"));
  }
}

TEST_CASE("bad files are all named, with and without cache") {
  TemporaryFolder folder;
  for (int i = 0; i < 8; ++i) {
    write(folder / "images" / (std::to_string(i) + ".png"), flat_png(4, 4, 0));
    write(folder / "masks" / (std::to_string(i) + ".png"), flat_png(4, 4, 0));
  }
  write(folder / "images" / "3.png", std::string("no image"));
  write(folder / "masks" / "5.png", make_png(40000, 40000, 8, 0, {}));
  const std::string message = message_of<FileError>([&] { FolderDataset(folder.path, small()); });
  CHECK(contains(message, "3.png: is not a PNG"));
  CHECK(contains(message, "5.png: header says 40000x40000"));

  write(folder / "masks" / "5.png", flat_png(4, 4, 0));
  Bytes cut = flat_png(4, 4, 0);
  cut.resize(cut.size() - 20);  // its header is sound
  write(folder / "images" / "3.png", cut);
  CHECK(contains(message_of<FileError>([&] { FolderDataset(folder.path, small()); }), "3.png: PNG that is cut off"));
  FolderOptions options = small();
  options.cache_limit_bytes = 0;
  const FolderDataset streamed(folder.path, options);
  CHECK(contains(message_of<FileError>([&] { load(streamed, 3); }), "3.png: PNG that is cut off"));
  CHECK_NOTHROW(load(streamed, 2));

  for (int i = 0; i < 8; ++i) write(folder / "images" / (std::to_string(i) + ".png"), cut);
  CHECK(contains(message_of<FileError>([&] { FolderDataset(folder.path, small()); }), "... and 3 more files"));
}

TEST_CASE("subsets and the mean-mask baseline") {
  TemporaryFolder folder;
  const std::vector<std::vector<unsigned>> masks{{255, 255, 0, 0}, {255, 0, 0, 0}, {255, 255, 0, 0}, {0, 0, 0, 0}};
  for (std::size_t i = 0; i < masks.size(); ++i) {
    write(folder / "images" / (std::to_string(i) + ".png"), flat_png(2, 2, static_cast<unsigned>(i)));
    write(folder / "masks" / (std::to_string(i) + ".png"), grey_png(2, 2, masks[i]));
  }
  FolderOptions options = small();
  options.height = options.width = 2;
  const auto set = std::make_shared<const FolderDataset>(folder.path, options);
  const Subset train(set, {2, 0, 1});
  CHECK(train.size() == 3);
  CHECK(train.id(0) == "2");
  CHECK(load(train, 0).image == load(*set, 2).image);
  const MaskStatistics statistics = mask_statistics(train);
  CHECK(statistics.foreground_fraction() == doctest::Approx(5.0 / 12));
  CHECK(statistics.pos_weight() == doctest::Approx(7.0 / 5));
  CHECK(statistics.mean_mask() == std::vector<std::uint8_t>{1, 1, 0, 0});
  CHECK(constant_mask_iou(statistics.mean_mask(), train) == doctest::Approx((1 + 1 + 0.5) / 3));
  const Subset empty(*set, {3});
  CHECK(constant_mask_iou({0, 0, 0, 0}, empty) == 1);  // both empty
  CHECK(constant_mask_iou(statistics.mean_mask(), empty) == 0);
  CHECK_THROWS_AS(constant_mask_iou({0, 0}, empty), ShapeError);
  CHECK(contains(message_of<OptionError>([&] { mask_statistics(empty).pos_weight(); }), "no foreground pixel"));
  CHECK_THROWS_AS(mask_statistics(Subset(*set, {})), OptionError);
  CHECK_THROWS_AS(Subset(*set, {4}), OptionError);
  CHECK_THROWS_AS(Subset(*set, {-1}), OptionError);
}

}  // namespace dataset_test
