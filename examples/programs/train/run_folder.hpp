// The folder that a training run writes: which files it has, and that nothing in it is lost by accident.
#pragma once
#include <filesystem>
#include <initializer_list>
#include <string>

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
    namespace fs = std::filesystem;
    std::error_code trouble;
    check_writable(path_, bytes);
    const bool used = fs::exists(path_, trouble) && !fs::is_empty(path_, trouble);
    if (trouble) throw unet::FileError(path_.string() + ": can not be listed (" + trouble.message() + ")");
    if (used && !overwrite)
      throw unet::OptionError(path_.string() +
                              ": the run folder is not empty; choose another --out, go on with --resume " +
                              path_.string() + ", or replace what is there with --overwrite");
  }

  /// Makes the folder, or removes what an earlier run wrote there; other files are never touched. Throws FileError.
  void create() const {
    make_folder(path_);
    remove({"config.json", "split.csv", "results.csv", "best.safetensors", "last.safetensors", "curves.svg"});
    remove_results();
  }

  /// Removes what is written when all epochs are done: it would be about other weights than those of a run that goes on.
  void remove_results() const {
    remove({"summary.json", "per_image.csv", "report.html", "overlay_best.png", "overlay_median.png",
            "overlay_worst.png"});
  }

 private:
  void remove(std::initializer_list<const char*> names) const {
    std::error_code trouble;
    for (const char* name : names) std::filesystem::remove(path_ / name, trouble);
  }

  std::filesystem::path path_;
};

}  // namespace app
