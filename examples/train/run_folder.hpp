// The folder that a training run writes: which files it has, and that nothing in it is lost by accident.
#pragma once
#include <filesystem>
#include <string>

#include "unet/core/error.hpp"
#include "unet/io/atomic_file.hpp"

namespace app {

class RunFolder {
 public:
  explicit RunFolder(std::filesystem::path path) : path_(std::move(path)) {}

  std::filesystem::path operator/(const std::string& name) const { return path_ / name; }
  const std::filesystem::path& path() const { return path_; }

  /// Makes the folder, or clears what an earlier run wrote there if `overwrite`; other files are never touched.
  /// Throws OptionError when it holds something and may not be overwritten, FileError when it can not be written.
  void create(bool overwrite) const {
    namespace fs = std::filesystem;
    std::error_code trouble;
    if (fs::exists(path_, trouble) && !fs::is_directory(path_, trouble))
      throw unet::FileError(path_.string() + ": exists and is not a folder; choose another --out");
    fs::create_directories(path_, trouble);
    if (trouble)
      throw unet::FileError(path_.string() + ": the run folder can not be created (" + trouble.message() +
                            "); choose another --out");
    const bool used = !fs::is_empty(path_, trouble);
    if (trouble) throw unet::FileError(path_.string() + ": can not be listed (" + trouble.message() + ")");
    if (used && !overwrite)
      throw unet::OptionError(path_.string() +
                              ": the run folder is not empty; choose another --out, go on with --resume " +
                              path_.string() + ", or replace what is there with --overwrite");
    for (const char* name : {"config.json", "split.csv", "results.csv", "best.safetensors", "last.safetensors",
                             "summary.json", "per_image.csv", "curves.svg", "report.html", "overlay_best.png",
                             "overlay_median.png", "overlay_worst.png"})
      fs::remove(path_ / name, trouble);
  }

  /// Throws FileError when files can not be written here, or not `bytes` of them.
  void check_space(std::int64_t bytes) const {
    const std::filesystem::path probe = path_ / ".write_test";
    unet::write_file_atomically(probe, "test");
    std::error_code trouble;
    std::filesystem::remove(probe, trouble);
    const auto space = std::filesystem::space(path_, trouble);
    if (!trouble && space.available < static_cast<std::uintmax_t>(bytes))
      throw unet::FileError(path_.string() + ": the disk has " + std::to_string(space.available / 1000000) +
                            " MB free, the run needs " + std::to_string(bytes / 1000000) +
                            " MB; make room, or choose another --out");
  }

 private:
  std::filesystem::path path_;
};

}  // namespace app
