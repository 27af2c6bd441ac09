// Where an analysis writes: nothing of an earlier one is lost, and whether there is room is asked before the work.
#pragma once
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "support/cli/output_folder.hpp"
#include "support/picture/picture.hpp"

namespace app {

class ResultFolder {
 public:
  /// `names`: the files that will be written. Throws OptionError when one of them is there and may not be replaced,
  /// FileError when nothing can be written there or fewer than `bytes` bytes are free. Makes the folder.
  ResultFolder(std::filesystem::path path, const std::vector<std::string>& names, bool overwrite,
               std::int64_t bytes = 16'000'000)
      : path_(std::move(path)) {
    if (path_.empty()) throw unet::OptionError("--out is missing: say which folder the results shall be written to");
    std::error_code trouble;
    for (const std::string& name : names)
      if (!overwrite && std::filesystem::exists(path_ / name, trouble))
        throw unet::OptionError((path_ / name).string() +
                                ": exists already; choose another --out, or replace results with --overwrite");
    check_writable(path_, bytes);
    for (std::filesystem::path p = path_; !p.empty() && !std::filesystem::exists(p, trouble); p = p.parent_path())
      made_.push_back(p);
    make_folder(path_);
  }
  ResultFolder(ResultFolder&& other) noexcept : path_(std::move(other.path_)), made_(std::exchange(other.made_, {})) {}
  ResultFolder& operator=(ResultFolder&&) = delete;
  /// Folders that were made here and stayed empty, because the work was refused after all, are removed again.
  ~ResultFolder() {
    std::error_code not_empty;
    for (const std::filesystem::path& folder : made_) std::filesystem::remove(folder, not_empty);
  }

  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path operator/(const std::string& name) const { return path_ / name; }

  /// Whole or not at all; the file of an earlier run stays until then. Throws FileError.
  void write(const std::string& name, const std::string& text) const {
    unet::write_file_atomically(path_ / name, text);
  }
  void write_png(const std::string& name, const Picture& picture) const { app::write_png(path_ / name, picture); }

 private:
  std::filesystem::path path_;
  std::vector<std::filesystem::path> made_;  ///< innermost first
};

}  // namespace app
