// Runs that are stopped in the middle: killed, interrupted, out of disk. Resumed, they end as if nothing had happened.
#include <sys/mount.h>

#include <cmath>

#include "runs.hpp"
#include "support/session/train_options.hpp"

namespace resume_test {

using namespace test;

namespace {

constexpr int epochs = 8;

/// The run that nothing happens to, made once.
const fs::path& undisturbed() {
  static const TemporaryFolder root;
  static const fs::path run_folder = [] {
    const Ended ended = run("train", small_run(root / "run", epochs));
    REQUIRE(ended.exit_code == 0);
    return root / "run";
  }();
  return run_folder;
}

Ended resume(const fs::path& folder) { return run("train", {"--resume", folder.string()}); }

/// Starts a run and ends it with a signal when it has printed `text`.
Ended stopped_run(const std::vector<std::string>& arguments, const std::string& text, int signal) {
  Process process("train", arguments);
  REQUIRE(process.prints(text));
  process.send(signal);
  return process.wait();
}

/// A folder with a run that was killed after its first epoch.
void make_killed_run(const fs::path& folder) {
  REQUIRE(stopped_run(small_run(folder, epochs), "epoch 2/", SIGKILL).signal == SIGKILL);
}

/// Resuming is refused with these words and changes nothing.
void check_resume_refused(const fs::path& folder, const std::vector<std::string>& words,
                          const std::vector<std::string>& more = {}) {
  const auto before = tree(folder);
  check_refused(run("train", std::vector<std::string>{"--resume", folder.string()} + more), words);
  CHECK((tree(folder) == before));
}

void check_diverged(const Ended& ended) {
  CAPTURE(ended.err);
  CHECK(ended.exit_code > 0);
  CHECK(ended.exit_code < 126);
  for (const char* word : {"not finite", "in epoch", "Adam step", "lower the learning rate"})
    CHECK(contains(ended.err, word));
}

}  // namespace

TEST_CASE("killed twice and resumed: the same as a run that nothing happened to, bit for bit") {
  const TemporaryFolder root;
  REQUIRE(stopped_run(small_run(root / "run", epochs), "epoch 2/", SIGKILL).signal == SIGKILL);
  CHECK(fs::exists(root / "run/last.safetensors"));
  CHECK_FALSE(fs::exists(root / "run/summary.json"));
  REQUIRE(stopped_run({"--resume", (root / "run").string()}, "epoch 5/", SIGKILL).signal == SIGKILL);
  const Ended ended = resume(root / "run");
  CAPTURE(ended.err);
  CHECK(ended.exit_code == 0);
  CHECK(contains(ended.err, "resuming in epoch"));
  check_same_run(root / "run", undisturbed());
}

TEST_CASE("killed before its first checkpoint: resume starts at the beginning") {
  const TemporaryFolder root;
  make_killed_run(root / "run");
  for (const char* name : {"last.safetensors", "best.safetensors", "results.csv", "curves.svg"})
    fs::remove(root / "run" / name);
  const Ended ended = resume(root / "run");
  CHECK(ended.exit_code == 0);
  CHECK(contains(ended.err, "no checkpoint yet"));
  check_same_run(root / "run", undisturbed());
}

TEST_CASE("killed before its split is written: resume makes the split again, the same") {
  const TemporaryFolder root;
  fs::create_directories(root / "run");
  fs::copy(undisturbed() / "config.json", root / "run");
  check_refused(run("train", small_run(root / "run", epochs)), {"not empty", "--resume"});
  CHECK(resume(root / "run").exit_code == 0);
  check_same_run(root / "run", undisturbed());
}

TEST_CASE("killed while it writes its first file: the run is started again as if nothing had been there") {
  const TemporaryFolder root;
  write(root / "run/config.json.tmp", std::string("{\"vers"));
  const Ended ended = run("train", small_run(root / "run", epochs));
  CAPTURE(ended.err);
  CHECK(ended.exit_code == 0);
  CHECK_FALSE(fs::exists(root / "run/config.json.tmp"));
  check_same_run(root / "run", undisturbed());
}

TEST_CASE("what kills have left of half-written files is gone after resume; files of others stay") {
  const TemporaryFolder root;
  const fs::path folder = root / "run";
  make_killed_run(folder);
  for (const char* name : {"best.safetensors.tmp", "report.html.tmp", "notes.tmp"}) write(folder / name, "half");
  CHECK(resume(folder).exit_code == 0);
  CHECK_FALSE(fs::exists(folder / "best.safetensors.tmp"));
  CHECK_FALSE(fs::exists(folder / "report.html.tmp"));
  CHECK(fs::remove(folder / "notes.tmp"));
  check_same_run(folder, undisturbed());
}

TEST_CASE(
    "what an earlier kill has left is gone before resume writes its first file: a second kill leaves no second one") {
  const TemporaryFolder root;
  const fs::path folder = root / "run";
  make_killed_run(folder);
  write(folder / "report.html.tmp", "half");
  write(folder / "results.csv.tmp/in_the_way", "");  // ends the resumed run where it writes its first file
  CHECK(resume(folder).exit_code != 0);
  CHECK_FALSE(fs::exists(folder / "report.html.tmp"));
}

TEST_CASE("interrupted by Ctrl-C, SIGTERM or SIGHUP: says how to go on, and going on ends the same") {
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
    CAPTURE(signal);
    const TemporaryFolder root;
    const Ended ended = stopped_run(small_run(root / "run", epochs), "epoch 3/", signal);
    CAPTURE(ended.err);
    CHECK(ended.exit_code == 128 + signal);
    CHECK(contains(ended.err, "train --resume " + (root / "run").string()));
    CHECK_FALSE(fs::exists(root / "run/summary.json"));
    // A step is finished and saved: the state is further than the last epoch's end, or at it.
    CHECK(state_without_times(root / "run/last.safetensors").at("epoch") >= 4);
    CHECK(resume(root / "run").exit_code == 0);
    check_same_run(root / "run", undisturbed());
  }
}

TEST_CASE("a finished run is resumed: its results are written again, the same") {
  const TemporaryFolder root;
  fs::copy(undisturbed(), root / "run");
  for (const char* name :
       {"summary.json", "per_image.csv", "report.html", "overlay_best.png", "results.csv", "curves.svg"})
    fs::remove(root / "run" / name);
  const Ended ended = resume(root / "run");
  CAPTURE(ended.err);
  CHECK(ended.exit_code == 0);
  CHECK(contains(ended.err, "training was finished"));
  CHECK(fs::exists(root / "run/report.html"));
  CHECK(fs::exists(root / "run/curves.svg"));
  check_same_run(root / "run", undisturbed());
}

TEST_CASE("a finished run goes on with more epochs, and ends as one that was begun with as many") {
  const TemporaryFolder root;
  REQUIRE(run("train", small_run(root / "run", 3)).exit_code == 0);
  check_resume_refused(root / "run", {"--epochs 2 is less than the 3 epochs of this run"}, {"--epochs", "2"});
  const std::vector<std::string> more = {"--resume", (root / "run").string(), "--epochs", std::to_string(epochs)};
  // Killed on the way: the results of the three epochs are gone, and it goes on with or without saying how many.
  REQUIRE(stopped_run(more, "epoch 5/", SIGKILL).signal == SIGKILL);
  CHECK_FALSE(fs::exists(root / "run/summary.json"));
  const Ended ended = resume(root / "run");
  CAPTURE(ended.err);
  CHECK(ended.exit_code == 0);
  CHECK(contains(ended.err, "of 8"));
  check_same_run(root / "run", undisturbed());
  CHECK(contains(content(root / "run/config.json"), "\"epochs\": 8"));
}

TEST_CASE("the report of a resumed run still says where its split came from") {
  const TemporaryFolder root;
  fs::copy(undisturbed() / "split.csv", root / "parts.csv");
  const std::vector<std::string> split = {"--split", (root / "parts.csv").string()};
  REQUIRE(run("train", small_run(root / "run", 1) + split).exit_code == 0);
  fs::remove(root / "run/report.html");
  CHECK(resume(root / "run").exit_code == 0);
  CHECK(contains(content(root / "run/report.html"), (root / "parts.csv").string()));
}

TEST_CASE("resume is refused: no run, other options, other configuration") {
  const TemporaryFolder root;
  check_refused(resume(root / "nowhere"), {"nowhere", "not a run folder", "config.json"});
  fs::create_directories(root / "empty");
  check_resume_refused(root / "empty", {"empty", "not a run folder"});

  const fs::path folder = root / "run";
  make_killed_run(folder);
  write(folder / "best.safetensors.tmp", "half");  // a refused run keeps this too
  check_resume_refused(folder, {"--lr can not be given with --resume", "leave it out"}, {"--lr", "0.1"});
  check_resume_refused(folder, {"--out can not be given with --resume"}, {"--out", (root / "other").string()});
  check_resume_refused(folder, {"--overwrite can not be given with --resume"}, {"--overwrite"});

  const std::string sound = content(folder / "config.json");
  const auto with_config = [&](const std::function<void(nlohmann::ordered_json&)>& edit,
                               const std::vector<std::string>& words) {
    auto config = nlohmann::ordered_json::parse(sound);
    edit(config);
    write(folder / "config.json", config.dump());
    check_resume_refused(folder, words + std::vector<std::string>{"config.json"});
  };
  with_config([](auto& c) { c["lr"] = 0.1; }, {"lr is 0.1, was 0.005", "restore it, or start a new run"});
  with_config([](auto& c) { c["epochs"] = 5; }, {"epochs is 5, was 8"});
  with_config([](auto& c) { c["backend"] = "eigen"; }, {"backend is \"eigen\", was \"cpu\""});
  with_config([](auto& c) { c["precision"] = "bf16"; }, {"precision is \"bf16\", was \"fp32\""});
  with_config([](auto& c) { c["plateau_patience"] = 3; }, {"plateau_patience"});
  with_config([](auto& c) { c["lr"] = "fast"; }, {"not the config.json that `train` writes"});
  with_config([](auto& c) { c.erase("seed"); }, {"not the config.json", "seed"});
  with_config([](auto& c) { c["size"] = 1e30; }, {"'size' is 1e+30", "whole number"});
  with_config([](auto& c) { c["epochs"] = 4294967304; }, {"'epochs' is 4294967304", "whole number"});
  with_config([](auto& c) { c["count"] = 20.9; }, {"'count' is 20.9", "whole number"});
  with_config([](auto& c) { c["batch"] = -4; }, {"batch size", "-4"});
  with_config([](auto& c) { c["seed"] = -1; }, {"'seed' is -1", "whole number from 0"});
  write(folder / "config.json", std::string("{\"lr\": "));
  check_resume_refused(folder, {"config.json", "restore it"});
  auto paper = nlohmann::ordered_json::parse(sound);
  paper["net"] = "paper";
  write(folder / "config.json", paper.dump());
  check_resume_refused(folder, {"last.safetensors", "UNet<1, 1, 8, 4>", "UNet<1, 1, 32, 4>"});
  auto of_before = nlohmann::ordered_json::parse(sound);  // without a precision, as runs had it once: fp32
  of_before.erase("precision");
  app::TrainProgram read;
  read.resume = folder;
  write(folder / "config.json", of_before.dump());
  app::read_config(read);
  CHECK(read.backend.precision == "fp32");
  CHECK(app::config_changes(read, of_before.dump()) == "");
  read.backend.precision = "bf16";
  CHECK(app::config_changes(read, of_before.dump()) == "precision is \"bf16\", was \"fp32\"");
  write(folder / "config.json", sound);

  const std::string split = content(folder / "split.csv");
  std::string moved = split;
  moved.replace(moved.find(",validation\n"), 12, ",test\n");
  write(folder / "split.csv", moved);
  check_resume_refused(folder, {"split.csv", "changed"});
  fs::remove(folder / "split.csv");
  check_resume_refused(folder, {"split.csv", "no such file"});
  write(folder / "split.csv", split);

  CHECK(resume(folder).exit_code == 0);  // and after all that it still goes on
  check_same_run(folder, undisturbed());
}

TEST_CASE("a damaged checkpoint is refused") {
  const TemporaryFolder root;
  const fs::path folder = root / "run";
  make_killed_run(folder);
  const fs::path path = folder / "last.safetensors";
  const std::string sound = content(path);
  const auto with_bytes = [&](const std::string& bytes, const std::vector<std::string>& words) {
    write(path, bytes);
    check_resume_refused(folder, words + std::vector<std::string>{"last.safetensors"});
  };
  with_bytes("", {"0 bytes"});
  with_bytes(sound.substr(0, 1000), {"beyond the end of the file"});
  with_bytes(sound.substr(0, sound.size() / 2), {});
  with_bytes(sound + "more", {});
  with_bytes("no safetensors file but a text", {});
  fs::remove(path);
  fs::copy(folder / "best.safetensors", path);
  check_resume_refused(folder, {"last.safetensors", "not a checkpoint"});
  write(path, sound);
  CHECK(resume(folder).exit_code == 0);
  check_same_run(folder, undisturbed());
}

TEST_CASE("a disk that fills up during training: the checkpoint before is kept, and training goes on from it") {
  const TemporaryFolder root;
  const fs::path folder = root / "run";
  make_killed_run(folder);
  const std::string kept = content(folder / "last.safetensors");
  // Long enough for the weights, too short for the checkpoint.
  const Ended ended = run("train", {"--resume", folder.string()}, kept.size() / 2);
  check_refused({ended.exit_code, ended.signal, "", ended.err},
                {"last.safetensors", "Free some space", "train --resume " + folder.string()});
  CHECK((content(folder / "last.safetensors") == kept));
  CHECK_FALSE(fs::exists(folder / "last.safetensors.tmp"));
  CHECK(resume(folder).exit_code == 0);
  check_same_run(folder, undisturbed());
}

TEST_CASE("a full disk is noticed before training") {
  const TemporaryFolder root;
  const fs::path disk = root / "disk";
  fs::create_directories(disk);
  if (::mount("tmpfs", disk.c_str(), "tmpfs", 0, "size=1m") != 0) {
    MESSAGE("skipped: a small disk can not be mounted here");
    return;
  }
  const Ended ended = run("train", small_run(disk / "run"));
  const bool left = fs::exists(disk / "run");
  ::umount(disk.c_str());
  check_refused(ended, {"1 MB free", "make room"});
  CHECK_FALSE(left);
}

TEST_CASE("a loss that is not finite stops the run, says at which step, and leaves the last good checkpoint") {
  const TemporaryFolder root;
  auto arguments = small_run(root / "run", epochs);
  *(std::find(arguments.begin(), arguments.end(), "--lr") + 1) = "1e30";
  check_diverged(run("train", arguments));
  CHECK_FALSE(fs::exists(root / "run/summary.json"));

  // A parameter that is not a number, as no run writes it, makes the very next step fail.
  make_killed_run(root / "poisoned");
  const fs::path path = root / "poisoned/last.safetensors";
  std::string bytes = content(path);
  std::uint64_t header = 0;
  bytes.copy(reinterpret_cast<char*>(&header), sizeof header);
  const float not_a_number = std::nanf("");
  const std::uint64_t begin = unet::SafetensorsReader(path).find("head.bias")->begin;
  bytes.replace(static_cast<std::size_t>(8 + header + begin), sizeof(float),
                reinterpret_cast<const char*>(&not_a_number), sizeof(float));
  write(path, bytes);
  const Ended ended = resume(root / "poisoned");
  check_diverged(ended);
  CHECK(contains(ended.err, "last good checkpoint is kept: " + path.string()));
  CHECK((content(path) == bytes));
}

}  // namespace resume_test
