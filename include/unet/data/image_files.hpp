// The image files of a folder, and the ids that their names give them.
#pragma once
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <system_error>

#include "unet/core/error.hpp"
#include "unet/data/csv.hpp"

namespace unet {

/// "scan_0001" from "scan_0001.png" or the bare id.
inline std::string image_id(std::string_view name) {
  std::string text = trim(name);
  for (const std::string_view extension : {".png", ".jpg", ".jpeg", ".bmp"})
    if (lower_case(text).ends_with(extension)) return text.substr(0, text.size() - extension.size());
  return text;
}

/// The PNG, JPEG and BMP files of a folder by id (file stem without `suffix`, if it has that). Other and hidden files
/// are ignored. Throws FileError when the folder can not be listed or two files have the same id.
inline std::map<std::string, std::filesystem::path> list_images(const std::filesystem::path& folder,
                                                                std::string_view suffix = "") {
  std::map<std::string, std::filesystem::path> files;
  std::error_code trouble;
  std::filesystem::directory_iterator entry(folder, trouble);
  for (; !trouble && entry != std::filesystem::directory_iterator(); entry.increment(trouble)) {
    const std::string name = entry->path().filename().string();
    std::string id = image_id(name);
    if (id == name || name.starts_with('.')) continue;
    if (!suffix.empty() && id.ends_with(suffix)) id.resize(id.size() - suffix.size());
    const auto [other, added] = files.emplace(id, entry->path());
    if (!added)
      throw FileError(folder.string() + ": " + other->second.filename().string() + " and " + name + " are both for '" +
                      id + "'; remove one");
  }
  if (trouble)
    throw FileError(folder.string() + ": can not be listed (" + trouble.message() + "); check its permissions");
  return files;
}

}  // namespace unet
