// The folder that a training run writes: which files it has, and that nothing in it is lost by accident.
#pragma once
#include <array>
#include <filesystem>
#include <optional>
#include <span>
#include <string>

#include "support/cli/folder_lock.hpp"
#include "support/cli/output_folder.hpp"
#include "unet/core/error.hpp"

namespace app {

class RunFolder {
 public:
  explicit RunFolder(std::filesystem::path path) : path_(std::move(path)) {}

  std::filesystem::path operator/(const std::string& name) const { return path_ / name; }
  const std::filesystem::path& path() const { return path_; }

  /// Asked before the work starts: nothing is changed. Throws OptionError when the folder holds something and may not be
  /// overwritten, FileError when `bytes` bytes can not be written to it.
  void check(bool overwrite, std::int64_t bytes) const {
    check_writable(path_, bytes);
    check_unused(overwrite);
  }

  /// Locks the folder, which is there, for as long as this object lives. Throws FileError when another training has it.
  void lock() { lock_.emplace(path_); }

  /// Removes what is left by runs that were killed while they wrote a file.
  void remove_remainders() const {
    remove(state_files, ".tmp");
    remove(result_files, ".tmp");
  }

  /// Makes and locks the folder, and removes what an earlier run wrote there; other files are never touched. Throws what
  /// check() and lock() throw: two trainings may have been started at the same time.
  void create(bool overwrite) {
    make_folder(path_);
    lock();
    check_unused(overwrite);
    remove(state_files);
    remove_results();
    remove_remainders();
  }

  /// Removes what is written when all epochs are done: it would be about other weights than those of a run that goes on.
  void remove_results() const { remove(result_files); }

 private:
  static constexpr std::array state_files = {"config.json",      "split.csv",        "results.csv",
                                             "best.safetensors", "last.safetensors", "curves.svg"};
  static constexpr std::array result_files = {"summary.json",     "per_image.csv",      "report.html",
                                              "overlay_best.png", "overlay_median.png", "overlay_worst.png"};

  void check_unused(bool overwrite) const {
    namespace fs = std::filesystem;
    std::error_code trouble;
    bool used = false;
    if (fs::exists(path_, trouble))
      for (fs::directory_iterator entry(path_, trouble), end; !trouble && entry != end; entry.increment(trouble))
        used |= !is_remainder(entry->path().filename().string());
    if (trouble) throw unet::FileError(path_.string() + ": can not be listed (" + trouble.message() + ")");
    if (used && !overwrite)
      throw unet::OptionError(path_.string() +
                              ": the run folder is not empty; choose another --out, go on with --resume " +
                              path_.string() + ", or replace what is there with --overwrite");
  }
  /// What a run leaves that is killed while it writes its first file: no reason to ask for --overwrite.
  static bool is_remainder(const std::string& name) { return name == "config.json.tmp"; }
  void remove(std::span<const char* const> names, const std::string& ending = "") const {
    std::error_code trouble;
    for (const char* name : names) std::filesystem::remove(path_ / (name + ending), trouble);
  }

  std::filesystem::path path_;
  std::optional<FolderLock> lock_;
};

}  // namespace app
