// A run folder holds one run: two trainings never write into one, and analyses notice files of two.
#include "support/cli/folder_lock.hpp"

#include "pictures.hpp"
#include "runs.hpp"

namespace run_folder_test {

using namespace test;

namespace {

std::vector<std::string> training(const fs::path& out) {
  return {"--data", "phantom",  "--count", "12",      "--size", "32",    "--net",
          "small",  "--epochs", "1",       "--batch", "2",      "--out", out.string()};
}

}  // namespace

TEST_CASE("a folder that another training writes to is refused, with --overwrite and with --resume too") {
  const TemporaryFolder root;
  const fs::path out = root / "run";
  fs::create_directories(out);
  {
    const app::FolderLock other(out);
    CHECK_THROWS_AS(app::FolderLock{out}, unet::FileError);
    check_refused(run("train", training(out)), {"another training", "--out"});
    check_refused(run("train", training(out) + std::vector<std::string>{"--overwrite"}), {"another training"});
    CHECK(fs::is_empty(out));
  }
  CHECK(run("train", training(out)).exit_code == 0);
  const auto before = tree(out);
  const app::FolderLock other(out);
  check_refused(run("train", {"--resume", out.string()}), {"another training"});
  CHECK(tree(out) == before);
}

TEST_CASE("weights of one run beside configuration or split of another are refused by analyses") {
  const TemporaryFolder root;
  const auto analysis = [&](const fs::path& model) {
    return run("subgroups", {"--model", model.string(), "--out", (root / "out").string(), "--overwrite"});
  };
  const fs::path mixed = root / "mixed";
  fs::copy(trained_run(), mixed);
  CHECK(analysis(mixed).exit_code == 0);

  auto config = nlohmann::ordered_json::parse(content(trained_run() / "config.json"));
  config["seed"] = 5;
  write(mixed / "config.json", config.dump());
  check_refused(analysis(mixed), {"best.safetensors", "config.json", "seed is 5, was 0", "two runs"});

  fs::copy(trained_run() / "config.json", mixed / "config.json", fs::copy_options::overwrite_existing);
  std::string split = content(mixed / "split.csv");
  const auto at = split.find(",test");
  REQUIRE(at != std::string::npos);
  split.replace(at, 5, ",train");
  write(mixed / "split.csv", split);
  check_refused(analysis(mixed), {"best.safetensors", "split.csv", "two runs"});
}

TEST_CASE("an analysis that is refused after its folder was made removes the folder again") {
  const TemporaryFolder root;
  for (const char* program : {"subgroups", "study"}) {
    const std::vector<std::string> arguments = {"--model", trained_run().string(),
                                                "--out",   (root / "new/out").string(),
                                                "--split", (root / "nowhere.csv").string()};
    check_refused(run(program, arguments), {"nowhere.csv", "no such file"});
    CHECK(fs::is_empty(root.path));
  }
  fs::create_directories(root / "mine");
  check_refused(run("subgroups", {"--model", trained_run().string(), "--out", (root / "mine").string(), "--split",
                                  (root / "nowhere.csv").string()}),
                {"nowhere.csv"});
  CHECK(fs::exists(root / "mine"));
}

TEST_CASE("what does not fit model or data is refused before images are decoded, which can take minutes") {
  const TemporaryFolder root;
  for (unsigned i = 0; i < 6; ++i) {
    const std::string name = "image" + std::to_string(i) + ".png";
    write(root / ("data/images/" + name), i == 3 ? bad_images().front().bytes : flat_png(32, 32, 40 * i));
    write(root / ("data/masks/" + name), flat_png(32, 32, 255));
  }
  const auto refused = [&](const std::string& program, const std::vector<std::string>& more,
                           const std::vector<std::string>& words) {
    CAPTURE(program);
    const std::vector<std::string> arguments = {"--model", (trained_run() / "best.safetensors").string(),
                                                "--data",  (root / "data").string(),
                                                "--out",   (root / "out").string()};
    check_refused(run(program, arguments + more), words);
    CHECK_FALSE(fs::exists(root / "out"));
  };
  for (const char* program : {"subgroups", "kmeans", "feature_maps", "occlusion"}) {
    refused(program, {}, {"image3.png"});
    refused(program, {"--part", "tests"}, {"unknown part 'tests'"});
  }
  refused("kmeans", {"--k", "7"}, {"--k 7", "only 6 images"});
  refused("kmeans", {"--layer", "nose"}, {"unknown layer 'nose'"});
  refused("feature_maps", {"--channels", "nose"}, {"unknown layer 'nose'"});
  refused("feature_maps", {"--ids", "nobody"}, {"unknown id 'nobody'", "image0"});
  refused("occlusion", {"--ids", "nobody"}, {"unknown id 'nobody'"});
  refused("occlusion", {"--patch", "33"}, {"33 x 33", "smaller patch"});
}

}  // namespace run_folder_test
