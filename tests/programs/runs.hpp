// What a finished run folder holds, without what may differ between two runs of the same recipe: times and memory.
#pragma once
#include <algorithm>
#include <nlohmann/json.hpp>

#include "process.hpp"
#include "unet/io/safetensors.hpp"

namespace test {

/// The cells of a line of CSV; those with commas are in quotes.
inline std::vector<std::string> cells(const std::string& line) {
  std::vector<std::string> result(1);
  bool quoted = false;
  for (const char c : line) {
    if (c == '"')
      quoted = !quoted;
    else if (c == ',' && !quoted)
      result.emplace_back();
    else
      result.back() += c;
  }
  return result;
}

inline std::vector<std::string> lines(const fs::path& path) {
  std::vector<std::string> result;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) result.push_back(line);
  return result;
}

/// results.csv without its last three columns: seconds, images_per_second, peak_memory_mb.
inline std::string results_without_times(const fs::path& run) {
  std::string text;
  for (const std::string& line : lines(run / "results.csv")) {
    const auto all = cells(line);
    REQUIRE(all.size() == 9);
    for (std::size_t i = 0; i < 6; ++i) text += all[i] + ",";
    text += "\n";
  }
  return text;
}

/// Name -> bytes of all tensors.
inline std::map<std::string, std::string> tensors(const fs::path& path) {
  std::map<std::string, std::string> all;
  const unet::SafetensorsReader file(path);
  for (const unet::TensorInfo& tensor : file.tensors()) {
    std::string& bytes = all[tensor.name];
    bytes.resize(static_cast<std::size_t>(tensor.end - tensor.begin));
    file.read(tensor.name, bytes.data(), bytes.size());
  }
  return all;
}

/// The state that a checkpoint goes on from, without times.
inline nlohmann::json state_without_times(const fs::path& path) {
  nlohmann::json state = nlohmann::json::parse(unet::SafetensorsReader(path).metadata().at("train_state"));
  state.erase("seconds");
  state.erase("step_seconds");
  for (nlohmann::json& epoch : state["history"]) epoch[6] = epoch[7] = 0;
  return state;
}

/// Checks that two finished runs are the same, bit for bit.
inline void check_same_run(const fs::path& a, const fs::path& b) {
  for (const char* name : {"best.safetensors", "config.json", "split.csv", "summary.json", "per_image.csv",
                           "overlay_best.png", "overlay_median.png", "overlay_worst.png"}) {
    CAPTURE(name);
    CHECK(fs::exists(a / name));
    CHECK((content(a / name) == content(b / name)));
  }
  CHECK(results_without_times(a) == results_without_times(b));
  CHECK((tensors(a / "last.safetensors") == tensors(b / "last.safetensors")));
  CHECK(state_without_times(a / "last.safetensors") == state_without_times(b / "last.safetensors"));
}

}  // namespace test
