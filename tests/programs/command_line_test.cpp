// What programs say to options that do not exist, are missing or wrong; and when what they print does not arrive.
#include "process.hpp"
#include "support/cli/nearest_name.hpp"

namespace command_line_test {

using namespace test;

TEST_CASE("the nearest name: a letter too many, too few or wrong; none for another word") {
  const std::vector<std::string> names = {"--epochs", "--size", "--lr", "--split", "images"};
  CHECK(app::nearest_name("--epoch", names) == "--epochs");
  CHECK(app::nearest_name("-epochs", names) == "--epochs");
  CHECK(app::nearest_name("--epcohs", names) == "--epochs");
  CHECK(app::nearest_name("--sizes", names) == "--size");
  CHECK(app::nearest_name("--spl", names) == "--split");
  CHECK(app::nearest_name("--learning-rate", names) == "");
  CHECK(app::nearest_name("--", names) == "");
  CHECK(app::nearest_name("--epoch", {}) == "");
}

TEST_CASE("an unknown option: the program, the option, the nearest one, and how to get help") {
  const Ended ended = run("train", {"--data", "phantom", "--epoch", "3", "--out", "nowhere", "--bach=2"});
  CHECK(ended.exit_code == 2);
  CHECK(ended.out == "");
  CHECK(ended.err ==
        "train: --epoch: unknown; did you mean --epochs?\n"
        "train: --bach: unknown; did you mean --batch?\n"
        "All options: train --help\n");
  check_refused(run("train", {"--learning-rate", "0.1"}), {"train: --learning-rate: unknown\n", "train --help"});
  // An option that must be there is, with a letter too few.
  CHECK(run("occlusion", {"--modl", "run", "--out", "x"}).err ==
        "occlusion: --modl: unknown; did you mean --model?\nAll options: occlusion --help\n");
  check_refused(run("train", {"phantom"}), {"train: 'phantom': belongs to no option", "train --help"});
}

TEST_CASE("options that are missing are all named, with what they are and a line that works") {
  CHECK(run("predict", {}).err ==
        "predict: images is missing: images (PNG, JPEG, BMP) and folders of images\n"
        "predict: --model is missing: weights, or a run folder of train: its best.safetensors\n"
        "predict: --out is missing: folder to write to\n"
        "Example: predict images/ --model run --out masks  # run: a folder that train has written\n"
        "All options: predict --help\n");
  check_refused(run("train", {}),
                {"train: --out is missing", "Example: train --data phantom --out run", "train --help"});
  for (const char* program : {"subgroups", "kmeans", "occlusion", "feature_maps", "study"})
    check_refused(run(program, {"--model", "run"}), {std::string(program) + ": --out is missing: folder to write to",
                                                     "Example: " + std::string(program) + " --model run --out results",
                                                     std::string(program) + " --help"});
}

TEST_CASE("values that are missing, given twice, or no numbers") {
  check_refused(run("train", {"--out"}), {"train: --out: a value is missing: --out RUN\n", "train --help"});
  check_refused(run("train", {"--size", "32", "--size", "48"}), {"train: --size: given 2 times; give it once\n"});
  check_refused(run("train", {"--size", "large"}), {"train: --size: 'large' is not a whole number\n"});
  check_refused(run("train", {"--lr", "fast"}), {"train: --lr: 'fast' is not a number\n"});
  check_refused(run("train", {"--seed", "-1"}), {"train: --seed: -1 is negative\n", "train --help"});
}

TEST_CASE("--help shows an example and is no error") {
  const Ended ended = run("train", {"--help"});
  CHECK(ended.exit_code == 0);
  CHECK(contains(ended.out, "Example: train --data phantom --out run"));
  CHECK(ended.err == "");
}

TEST_CASE("what is printed does not arrive: an error that says so, after the work") {
  if (!fs::exists("/dev/full")) {
    MESSAGE("skipped: this system has no /dev/full");
    return;
  }
  const TemporaryFolder folder;
  const auto onto_full_disk = [&](const std::string& program, const std::vector<std::string>& arguments) {
    std::string line = std::string(UNET_PROGRAM_DIR) + "/" + program;
    for (const std::string& argument : arguments) line += " '" + argument + "'";
    const int status = std::system((line + " >/dev/full 2>'" + (folder / "err").string() + "'").c_str());
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  };
  for (const auto& arguments : {std::vector<std::string>{"--help"}, small_run(folder / "run", 1)}) {
    CHECK(onto_full_disk("train", arguments) == 1);
    CHECK(contains(content(folder / "err"), "train: what it prints could not be written"));
  }
  CHECK(fs::exists(folder / "run" / "report.html"));
}

}  // namespace command_line_test
