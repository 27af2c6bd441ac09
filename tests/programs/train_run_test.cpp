// The run folder that train writes: all of its files, well formed, the same for any number of threads.
#include "runs.hpp"
#include "unet/data/image.hpp"

namespace train_run_test {

using namespace test;

TEST_CASE("a run writes every file of the contract") {
  const TemporaryFolder root;
  const fs::path out = root / "new/run";
  const Ended ended = run("train", small_run(out, 3));
  CAPTURE(ended.err);
  REQUIRE(ended.exit_code == 0);

  // Before the first epoch a summary; one line an epoch; then the result and where to look.
  for (const char* word : {"12 train, 4 validation, 4 test", "baseline", "487,145 parameters", "memory", "best epoch"})
    CHECK(contains(ended.out, word));
  CHECK(contains(ended.out, (out / "report.html").string()));
  CHECK(std::count(ended.err.begin(), ended.err.end(), '\n') == 3);
  CHECK(contains(ended.err, "epoch 3/3"));

  const auto table = lines(out / "results.csv");
  REQUIRE(table.size() == 4);
  CHECK(table[0] ==
        "epoch,train_loss,train_iou,validation_loss,validation_iou,learning_rate,seconds,images_per_second,"
        "peak_memory_mb");
  for (std::size_t epoch = 1; epoch <= 3; ++epoch) {
    const auto row = cells(table[epoch]);
    REQUIRE(row.size() == 9);
    CHECK(row[0] == std::to_string(epoch));
    CHECK(std::stod(row[1]) > 0);
    CHECK(std::stod(row[4]) >= 0);
    CHECK(std::stod(row[4]) <= 1);
    CHECK(row[5] == "0.005");
    CHECK(std::stod(row[6]) > 0);
    CHECK(std::stod(row[7]) >= 12 / std::stod(row[6]));  // the steps alone are faster than the whole epoch
    CHECK(std::stod(row[8]) > 1);
  }

  const auto summary = nlohmann::json::parse(content(out / "summary.json"));
  CHECK(summary.size() == 4);
  const int best = summary.at("best_epoch");
  CHECK(best >= 1);
  CHECK(best <= 3);
  CHECK(summary.at("pos_weight").get<double>() > 1);
  double highest = -1;
  for (std::size_t epoch = 1; epoch <= 3; ++epoch) highest = std::max(highest, std::stod(cells(table[epoch])[4]));
  for (const char* part : {"train", "validation", "test"}) {
    CHECK(summary.at("iou").at(part).is_number());
    CHECK(summary.at("baseline").at(part).get<double>() > 0.3);
  }
  CHECK(summary["iou"]["validation"].get<double>() == doctest::Approx(highest).epsilon(1e-12));
  CHECK(std::stod(cells(table[static_cast<std::size_t>(best)])[4]) == highest);

  const auto split = lines(out / "split.csv"), images = lines(out / "per_image.csv");
  CHECK(split[0] == "id,part");
  CHECK(split.size() == 21);
  REQUIRE(images.size() == 21);
  CHECK(images[0] == "id,part,sex,age,finding,iou,loss");
  double sum = 0;
  for (std::size_t i = 1; i < images.size(); ++i) {
    const auto row = cells(images[i]);
    REQUIRE(row.size() == 7);
    CHECK(std::find(split.begin(), split.end(), row[0] + "," + row[1]) != split.end());
    if (row[1] == "validation") sum += std::stod(row[5]) / 4;
  }
  CHECK(sum == doctest::Approx(highest).epsilon(1e-12));

  const auto config = nlohmann::json::parse(content(out / "config.json"));
  CHECK(config.at("data") == "phantom");
  CHECK(config.at("size") == 32);
  CHECK(config.at("net") == "small");
  CHECK(config.at("lr") == 0.005);

  for (const char* name : {"best.safetensors", "last.safetensors"}) {
    const unet::SafetensorsReader file(out / name);
    CHECK(file.find("encoder1.conv1.weight")->shape == std::vector<unet::Index>{8, 1, 3, 3});
    CHECK(file.find("bottleneck.norm2.running_var") != nullptr);
    CHECK(file.find("head.bias")->shape == std::vector<unet::Index>{1});
    CHECK(file.metadata().at("base") == "8");
    CHECK(file.metadata().at("height") == "32");
    CHECK(contains(file.metadata().at("input_normalisation"), "[0, 1]"));
  }
  for (const char* name : {"overlay_best.png", "overlay_median.png", "overlay_worst.png"})
    CHECK(unet::read_image(out / name, 3).width > 300);
  CHECK(contains(content(out / "curves.svg"), "</svg>"));
  const std::string report = content(out / "report.html");
  CHECK(contains(report, "</html>"));
  CHECK(contains(report, "data:image/png;base64,"));
  for (const auto& [name, bytes] : tree(out)) CHECK_FALSE(contains(name, "tmp"));
}

TEST_CASE("the report says when, where and by which loss the net was trained") {
  const TemporaryFolder root;
  REQUIRE(run("train", small_run(root / "run", 1)).exit_code == 0);
  const std::string report = content(root / "run/report.html");
  for (const char* fact : {"date", "processor", "loss", "optimiser"})
    CHECK(contains(report, "<th scope=\"row\">" + std::string(fact) + "</th>"));
  CHECK(contains(report, " UTC</td>"));
  CHECK(contains(report, "binary cross-entropy"));
}

TEST_CASE("the same bits for any number of threads") {
  const TemporaryFolder root;
  for (const char* threads : {"1", "2", "3"}) {
    const Ended ended = run("train", small_run(root / threads) + std::vector<std::string>{"--threads", threads});
    REQUIRE(ended.exit_code == 0);
    CHECK(contains(ended.out, std::string(threads) + " threads"));
  }
  check_same_run(root / "1", root / "2");
  check_same_run(root / "1", root / "3");
}

TEST_CASE("both backends train, and a seed decides the run") {
  const TemporaryFolder root;
  CHECK(run("train", small_run(root / "cpu", 1)).exit_code == 0);
  CHECK(run("train", small_run(root / "eigen", 1) + std::vector<std::string>{"--backend", "eigen"}).exit_code == 0);
  CHECK(run("train", small_run(root / "seed", 1) + std::vector<std::string>{"--seed", "1"}).exit_code == 0);
  const auto loss = [&](const char* name) { return std::stod(cells(lines(root / name / "results.csv")[1])[1]); };
  CHECK(loss("cpu") == doctest::Approx(loss("eigen")).epsilon(1e-3));
  CHECK(loss("cpu") != doctest::Approx(loss("seed")).epsilon(1e-3));
}

TEST_CASE(
    "maps in bf16: nearly the same losses, and a model that is read in either precision, which fp32's is as well") {
  const TemporaryFolder root;
  const std::vector<std::string> bf16{"--precision", "bf16"};
  REQUIRE(run("train", small_run(root / "fp32", 2)).exit_code == 0);
  const Ended ended = run("train", small_run(root / "bf16", 2) + bf16);
  REQUIRE(ended.exit_code == 0);
  CHECK(contains(ended.out, "backend    cpu bf16, "));
  CHECK(nlohmann::json::parse(content(root / "bf16/config.json")).at("precision") == "bf16");
  CHECK(contains(content(root / "bf16/report.html"), "bf16"));
  const auto loss = [&](const char* name) { return std::stod(cells(lines(root / name / "results.csv")[2])[1]); };
  CHECK(loss("fp32") == doctest::Approx(loss("bf16")).epsilon(0.05));
  CHECK(loss("fp32") != loss("bf16"));  // it does round

  REQUIRE(
      run("train", small_run(root / "one_thread", 2) + bf16 + std::vector<std::string>{"--threads", "1"}).exit_code ==
      0);
  check_same_run(root / "bf16", root / "one_thread");

  for (const char* model : {"fp32", "bf16"})
    for (const char* precision : {"fp32", "bf16"}) {
      CAPTURE(model);
      CAPTURE(precision);
      const fs::path out = root / (std::string(model) + "_in_" + precision);
      const Ended read =
          run("subgroups", {"--model", (root / model).string(), "--out", out.string(), "--precision", precision});
      CAPTURE(read.err);
      CHECK(read.exit_code == 0);
    }
}

TEST_CASE("a run is not overwritten by accident, and as a whole when asked for") {
  const TemporaryFolder root;
  REQUIRE(run("train", small_run(root / "run", 3)).exit_code == 0);
  const auto before = tree(root.path);
  check_refused(run("train", small_run(root / "run", 1)), {"not empty", "--resume", "--overwrite"});
  CHECK((tree(root.path) == before));
  REQUIRE(run("train", small_run(root / "run", 1) + std::vector<std::string>{"--overwrite"}).exit_code == 0);
  REQUIRE(run("train", small_run(root / "fresh", 1)).exit_code == 0);
  check_same_run(root / "run", root / "fresh");
}

TEST_CASE("help says the defaults") {
  const Ended ended = run("train", {"--help"});
  CHECK(ended.exit_code == 0);
  for (const char* text : {"[512]", "[paper]", "[30]", "[0.01]", "--resume RUN"}) CHECK(contains(ended.out, text));
  CHECK_FALSE(contains(ended.out, "Excludes"));
}

}  // namespace train_run_test
