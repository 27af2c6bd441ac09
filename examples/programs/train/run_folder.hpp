// The folder that a training run writes: which files it has, and that nothing in it is lost by accident.
#pragma once
#include <filesystem>
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

  /// Makes the folder, or removes what an earlier run wrote there; other files are never touched. Throws FileError.
  void create() const {
    make_folder(path_);
    std::error_code trouble;
    for (const char* name :
         {"config.json", "split.csv", "results.csv", "best.safetensors", "last.safetensors", "summary.json",
          "per_image.csv", "curves.svg", "report.html", "overlay_best.png", "overlay_median.png", "overlay_worst.png"})
      std::filesystem::remove(path_ / name, trouble);
  }

 private:
  /// What a run leaves that is killed while it writes its first file: no reason to ask for --overwrite.
  static bool is_remainder(const std::string& name) { return name == "config.json.tmp"; }

  std::filesystem::path path_;
};

}  // namespace app
