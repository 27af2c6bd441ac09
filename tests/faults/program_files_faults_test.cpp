// The files that the programs write, on a disk that fails at any operation.
#include "failing_disk.hpp"
#include "programs/kmeans/save_latents.hpp"
#include "support/cli/result_file.hpp"
#include "support/page/report.hpp"
#include "support/session/result_folder.hpp"
#include "support/text/history.hpp"
#include "unet/io/safetensors_reader.hpp"

namespace program_files_faults_test {

namespace {

std::vector<app::EpochRecord> history(int epochs) {
  std::vector<app::EpochRecord> records(static_cast<std::size_t>(epochs));
  for (int i = 0; i < epochs; ++i) records[static_cast<std::size_t>(i)].epoch = i + 1;
  return records;
}

/// What `write` writes.
template <class Write>
std::string bytes_of(const Write& write) {
  const TemporaryFolder folder;
  write(folder / "file");
  return file_content(folder / "file");
}

const auto nothing = [](const std::filesystem::path&) {};

}  // namespace

TEST_CASE("results.csv: the old one stays and can be read") {
  check_survives_a_failing_disk(
      "results.csv", bytes_of([](const auto& path) { app::write_history(path, history(2)); }),
      [](const auto& path) { app::write_history(path, history(3)); },
      [](const auto& path) { CHECK(app::read_history(path).size() == 2); }, atomic_write);
}

TEST_CASE("report.html: the old one stays") {
  app::ReportData data;
  data.title = "old";
  data.history = history(2);
  const std::string old = app::report_html(data);
  data.title = "new";
  check_survives_a_failing_disk(
      "report.html", old, [&](const auto& path) { app::write_report(path, data); }, nothing, atomic_write);
}

TEST_CASE("a table of an analysis: the old one stays") {
  std::map<std::filesystem::path, app::ResultFolder> folders;  // checked once, when the disk is sound
  const auto save = [&](const std::filesystem::path& path) {
    const auto folder = path.parent_path();
    folders.try_emplace(folder, folder, std::vector<std::string>{}, true, 0).first->second.write("table.csv", "new");
  };
  check_survives_a_failing_disk("table.csv", "old", save, nothing, atomic_write);
}

TEST_CASE("latents: the old file stays and can be read") {
  app::Clustering clustering;
  clustering.layer = "latent";
  clustering.shape = {1, 1, 2, 2};
  clustering.clusters.labels = {0, 1, 0};
  clustering.clusters.initial_centres = {0, 1};
  unet::RowStore rows(3, 4);
  for (unet::Index i = 0; i < 3; ++i) {
    const std::vector<float> row(4, static_cast<float>(i));
    rows.write(i, row.data());
  }
  const auto save = [&](const auto& path) { app::save_latents(path, rows, clustering, {"a", "b", "c"}); };
  const std::string old = bytes_of(save);
  clustering.clusters.labels = {1, 0, 0};
  check_survives_a_failing_disk(
      "latents.safetensors", old, save,
      [](const auto& path) { CHECK(unet::SafetensorsReader(path).find("latents") != nullptr); }, atomic_write);
}

TEST_CASE("one of many small files, which are brought to the disk at the end: the old one stays") {
  check_survives_a_failing_disk("mask.png", "old",
                                [](const auto& path) { app::write_result(path, std::string_view("new")); }, nothing,
                                {FileOperation::open, FileOperation::write, FileOperation::rename});
  const TemporaryFolder folder;
  const FailingDisk disk(FileOperation::fsync, 1, EIO);
  CHECK_THROWS_WITH_AS(app::sync_results(folder.path()), doctest::Contains("Input/output error"), unet::FileError);
}

}  // namespace program_files_faults_test
