// Which images of a folder have a mask, and where both are.
#pragma once
#include <algorithm>
#include <filesystem>
#include <functional>
#include <initializer_list>
#include <string>
#include <vector>

#include "unet/core/error.hpp"
#include "unet/data/image_files.hpp"
#include "unet/io/utf8.hpp"

namespace unet {

/// Files of images that have a mask; element i of each list belongs to the same image.
struct ImagePairs {
  std::vector<std::string> ids;  ///< ascending
  std::vector<std::filesystem::path> images, masks;
};

namespace detail {

/// "a, b, c and 4 more"
inline std::string first_few(const std::vector<std::string>& names) {
  std::string text;
  for (std::size_t i = 0; i < std::min<std::size_t>(names.size(), 5); ++i) text += (i ? ", " : "") + names[i];
  if (names.size() > 5) text += " and " + std::to_string(names.size() - 5) + " more";
  return text;
}

/// Ids go into tables and into the metadata of checkpoints, which are UTF-8. Better refused before the work than after it.
inline void check_id(const std::string& id, const std::filesystem::path& path) {
  if (!is_utf8(id))
    throw FileError(to_utf8(path.string()) +
                    ": the name of this file is not UTF-8 (U+FFFD stands for each byte that is " +
                    "none); rename the image and its mask");
}

/// The first of the named folders that exists, or an empty path.
inline std::filesystem::path find_folder(const std::filesystem::path& root, std::initializer_list<const char*> names) {
  for (const char* name : names) {
    std::error_code trouble;
    if (std::filesystem::is_directory(root / name, trouble)) return root / name;
    if (trouble && trouble != std::errc::no_such_file_or_directory)
      throw FileError(root.string() + ": can not be looked into (" + trouble.message() + "); check its permissions");
  }
  return {};
}

/// What a layout that works looks like, and what the folder has instead: "its folders are a, b; 3 images lie in it".
inline std::string layout_hint(const std::filesystem::path& folder) {
  std::vector<std::string> folders, both;
  std::size_t images = 0;
  std::error_code trouble;
  std::filesystem::directory_iterator entry(folder, trouble);
  for (; !trouble && entry != std::filesystem::directory_iterator(); entry.increment(trouble)) {
    const std::string name = entry->path().filename().string();
    std::error_code ignored;
    if (!entry->is_directory(ignored)) {
      images += image_id(name) != name;
      continue;
    }
    folders.push_back(to_utf8(name) + "/");
    const auto holds = [&](const char* one, const char* other) {
      return std::filesystem::is_directory(entry->path() / one, ignored) ||
             std::filesystem::is_directory(entry->path() / other, ignored);
    };
    if (holds("CXR_png", "images") && holds("masks", "mask")) both.push_back((folder / name).string());
  }
  if (!both.empty()) return "but " + to_utf8(*std::min_element(both.begin(), both.end())) + " has both: name that one";
  std::sort(folders.begin(), folders.end());
  std::string text = folders.empty() ? "it has no folders" : "its folders are " + first_few(folders);
  if (images > 0) text += ", and " + std::to_string(images) + (images == 1 ? " image lies" : " images lie") + " in it";
  return text + ". A layout that works:\n  images/one.png  images/two.png  ...\n  masks/one.png   masks/two.png   ...";
}

}  // namespace detail

/// The pairs of an image in `CXR_png/` or `images/` and a mask in `masks/` or `mask/`, matched by file stem (that of
/// the mask may end in `_mask`). `message` gets the number of images without a mask, which are left out. Throws FileError:
/// folders missing, unreadable or empty, no pairs, a mask without an image.
inline ImagePairs find_image_pairs(const std::filesystem::path& folder,
                                   const std::function<void(const std::string&)>& message = {}) {
  std::error_code trouble;
  if (!std::filesystem::exists(folder, trouble) && (!trouble || trouble == std::errc::no_such_file_or_directory))
    throw FileError(folder.string() + ": no such folder; check the path of the data set");
  if (!trouble && !std::filesystem::is_directory(folder, trouble))
    throw FileError(folder.string() + ": is not a folder; name the folder that contains images/ and masks/");
  const auto image_folder = detail::find_folder(folder, {"CXR_png", "images"});
  const auto mask_folder = detail::find_folder(folder, {"masks", "mask"});
  if (image_folder.empty() || mask_folder.empty())
    throw FileError(folder.string() + ": has no folder " + (image_folder.empty() ? "CXR_png/ or images/" : "") +
                    (image_folder.empty() && mask_folder.empty() ? " and no folder " : "") +
                    (mask_folder.empty() ? "masks/ or mask/" : "") + "; " + detail::layout_hint(folder));
  const auto images = list_images(image_folder);
  const auto masks = list_images(mask_folder, "_mask");
  if (images.empty())
    throw FileError(image_folder.string() + ": contains no PNG, JPEG or BMP files; check the path of the data set");

  std::vector<std::string> orphans;
  for (const auto& [id, path] : masks)
    if (!images.contains(id)) orphans.push_back(path.filename().string());
  if (!orphans.empty())
    throw FileError(mask_folder.string() + ": " + std::to_string(orphans.size()) +
                    (orphans.size() == 1 ? " mask has" : " masks have") + " no image in " +
                    image_folder.filename().string() + "/: " + detail::first_few(orphans) +
                    "; add the images or remove the masks");
  ImagePairs pairs;
  for (const auto& [id, path] : images) {
    const auto mask = masks.find(id);
    if (mask == masks.end()) continue;
    detail::check_id(id, path);
    pairs.ids.push_back(id);
    pairs.images.push_back(path);
    pairs.masks.push_back(mask->second);
  }
  if (pairs.ids.empty())
    throw FileError(folder.string() + ": none of the " + std::to_string(images.size()) +
                    " images has a mask; a mask is named like its image, with or without _mask at the end");
  if (const auto dropped = images.size() - pairs.ids.size(); dropped > 0 && message)
    message(std::to_string(dropped) + " of " + std::to_string(images.size()) + " images have no mask and are left out");
  return pairs;
}

}  // namespace unet
