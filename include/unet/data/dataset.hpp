// A data set of images and masks in a folder.
#pragma once
#include <algorithm>
#include <exception>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "unet/chest/record.hpp"
#include "unet/core/error.hpp"
#include "unet/core/parallel.hpp"
#include "unet/core/view.hpp"
#include "unet/data/image.hpp"
#include "unet/data/mask.hpp"
#include "unet/data/sample.hpp"

namespace unet {

struct FolderOptions {
  Index height = 256, width = 256;  ///< images and masks are resized to this, whatever their aspect ratio
  int channels = 1;
  std::size_t cache_limit_bytes = std::size_t{2} << 30;  ///< decoded samples stay in memory when they fit into this
  ImageLimits limits = {};
  std::function<void(const std::string&)> message = {};        ///< called with what a user should know
  std::function<void(Index done, Index total)> progress = {};  ///< called while images are decoded, one call at a time
};

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

namespace detail {

/// Runs task(i) for each i on all cores; then throws FileError with the first errors, in order, if there were any.
template <class Task>
void for_each_file(Index count, const Task& task) {
  std::vector<std::string> errors(static_cast<std::size_t>(count));
  parallel_for(count, [&](Index i) {
    try {
      task(i);
    } catch (const std::exception& e) {
      errors[static_cast<std::size_t>(i)] = e.what();
    } catch (...) {
      errors[static_cast<std::size_t>(i)] = "unknown error in a callback";
    }
  });
  std::erase(errors, "");
  if (errors.empty()) return;
  std::string text = errors[0];
  for (std::size_t i = 1; i < std::min<std::size_t>(errors.size(), 5); ++i) text += "\n" + errors[i];
  if (errors.size() > 5) text += "\n... and " + std::to_string(errors.size() - 5) + " more files";
  throw FileError(text);
}

/// "a, b, c and 4 more"
inline std::string first_few(const std::vector<std::string>& names) {
  std::string text;
  for (std::size_t i = 0; i < std::min<std::size_t>(names.size(), 5); ++i) text += (i ? ", " : "") + names[i];
  if (names.size() > 5) text += " and " + std::to_string(names.size() - 5) + " more";
  return text;
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

}  // namespace detail

/// The pairs of an image in `CXR_png/` or `images/` and a mask in `masks/` or `mask/`, matched by file stem (that of
/// the mask may end in `_mask`) and sorted by it; with sex, age and finding from `shenzhen_metadata.csv`,
/// `metadata.csv` or `ClinicalReadings/*.txt`, where there are such. It is a SampleSet: see data/sample_set.hpp.
///
/// Mask pixels are foreground above half of the full range, or where they are 1 in masks of 0 and 1. Resizing averages
/// the mask, then thresholds it again.
class FolderDataset {
 public:
  /// Finds and checks all files, and decodes them when they fit into the cache. Throws FileError: folders missing,
  /// unreadable or empty, no pairs, a mask without an image, image and mask of different aspect ratio, and whatever
  /// read_image throws; OptionError for a size or channel count below 1.
  explicit FolderDataset(std::filesystem::path folder, FolderOptions options = {})
      : folder_(std::move(folder)), options_(std::move(options)), warned_(std::make_unique<std::once_flag>()) {
    if (options_.height < 1 || options_.width < 1 || options_.channels < 1)
      throw OptionError("images of " + to_string(shape()) + "; height, width and channels must be at least 1");
    find_pairs();
    read_records();
    check_headers();
    fill_cache();
  }

  Index size() const { return static_cast<Index>(records_.size()); }
  /// 1 x height x width x channels of one image.
  Shape shape() const { return {1, options_.height, options_.width, options_.channels}; }

  /// Fills image (shape()) with values in [0, 1] and target (one channel) with 0 and 1. Any number of threads may call
  /// it.
  /// Throws FileError when samples are not cached and a file can not be decoded.
  void load(Index i, View<float> image, View<float> target) const {
    const std::size_t at = static_cast<std::size_t>(i);
    if (i < 0 || i >= size())
      throw OptionError("sample " + std::to_string(i) + " of a data set of " + std::to_string(size()));
    if (cached()) return detail::store(cache_[at], shape(), image, target);
    bool graded = false;
    const detail::Sample sample = decode(at, graded);
    if (graded) std::call_once(*warned_, [&] { say(graded_warning(1, at)); });
    detail::store(sample, shape(), image, target);
  }

  const Record& record(Index i) const { return records_.at(static_cast<std::size_t>(i)); }
  const std::vector<Record>& records() const { return records_; }
  const std::filesystem::path& image_path(Index i) const { return images_.at(static_cast<std::size_t>(i)); }
  const std::filesystem::path& mask_path(Index i) const { return masks_.at(static_cast<std::size_t>(i)); }
  /// Whether all samples are in memory.
  bool cached() const { return !cache_.empty(); }

 private:
  void say(const std::string& text) const {
    if (options_.message) options_.message(text);
  }

  void find_pairs() {
    std::error_code trouble;
    if (!std::filesystem::exists(folder_, trouble) && (!trouble || trouble == std::errc::no_such_file_or_directory))
      throw FileError(folder_.string() + ": no such folder; check the path of the data set");
    if (!trouble && !std::filesystem::is_directory(folder_, trouble))
      throw FileError(folder_.string() + ": is not a folder; name the folder that contains images/ and masks/");
    const auto image_folder = detail::find_folder(folder_, {"CXR_png", "images"});
    const auto mask_folder = detail::find_folder(folder_, {"masks", "mask"});
    if (image_folder.empty() || mask_folder.empty())
      throw FileError(folder_.string() + ": has no folder " + (image_folder.empty() ? "CXR_png/ or images/" : "") +
                      (image_folder.empty() && mask_folder.empty() ? " and no folder " : "") +
                      (mask_folder.empty() ? "masks/ or mask/" : "") + "; name the folder that contains both");
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
    for (const auto& [id, path] : images) {
      const auto mask = masks.find(id);
      if (mask == masks.end()) continue;
      records_.emplace_back();
      records_.back().id = id;
      records_.back().abnormal = parse_abnormal(id, "");
      images_.push_back(path);
      masks_.push_back(mask->second);
    }
    if (records_.empty())
      throw FileError(folder_.string() + ": none of the " + std::to_string(images.size()) +
                      " images has a mask; a mask is named like its image, with or without _mask at the end");
    if (const auto dropped = images.size() - records_.size(); dropped > 0)
      say(std::to_string(dropped) + " of " + std::to_string(images.size()) + " images have no mask and are left out");
  }

  void read_records() {
    const auto add = [](Record& to, const Record& from) {
      to = {to.id, from.sex, from.age, from.abnormal, from.finding};
    };
    for (const char* name : {"shenzhen_metadata.csv", "metadata.csv"}) {
      if (!std::filesystem::exists(folder_ / name)) continue;
      const auto table = read_metadata(folder_ / name);
      for (Record& record : records_)
        if (const auto found = table.find(record.id); found != table.end()) add(record, found->second);
      return;
    }
    for (Record& record : records_) {
      const auto text = folder_ / "ClinicalReadings" / (record.id + ".txt");
      if (std::filesystem::exists(text)) add(record, read_clinical_reading(text));
    }
  }

  void check_headers() {
    std::vector<char> differs(records_.size());
    detail::for_each_file(size(), [&](Index k) {
      const std::size_t i = static_cast<std::size_t>(k);
      const ImageInfo image = read_image_info(images_[i], options_.limits);
      const ImageInfo mask = read_image_info(masks_[i], options_.limits);
      differs[i] = image.height != mask.height || image.width != mask.width;
      check_mask_aspect(masks_[i], mask.height, mask.width, image.height, image.width);
    });
    if (const auto count = std::count(differs.begin(), differs.end(), 1); count > 0)
      say("warning: masks resized because their size is not that of their image: " + std::to_string(count));
  }

  void fill_cache() {
    const std::size_t bytes = detail::sample_bytes(shape()) * records_.size();
    const std::string megabytes = std::to_string((bytes + 999999) / 1000000) + " MB";
    if (bytes > options_.cache_limit_bytes) {
      say("decoded images would take " + megabytes +
          ", more than the cache may have: they are read from disk each time");
      return;
    }
    std::vector<detail::Sample> cache(records_.size());
    std::vector<char> graded(records_.size());
    std::mutex lock;
    Index done = 0;
    detail::for_each_file(size(), [&](Index i) {
      bool flag = false;
      cache[static_cast<std::size_t>(i)] = decode(static_cast<std::size_t>(i), flag);
      graded[static_cast<std::size_t>(i)] = flag;
      const std::lock_guard guard(lock);
      ++done;
      if (options_.progress) options_.progress(done, size());
    });
    cache_ = std::move(cache);
    say("decoded images are kept in memory (" + megabytes + ")");
    if (const auto count = std::count(graded.begin(), graded.end(), 1); count > 0)
      say(graded_warning(count, static_cast<std::size_t>(std::find(graded.begin(), graded.end(), 1) - graded.begin())));
  }

  std::string graded_warning(std::ptrdiff_t count, std::size_t first) const {
    return "warning: " + masks_[first].string() +
           (count > 1 ? " and " + std::to_string(count - 1) + " more masks" : "") +
           " have many values between background and foreground; above half of full range counts as foreground";
  }

  /// `graded` tells whether more of the mask than an anti-aliased edge lies between background and foreground.
  detail::Sample decode(std::size_t i, bool& graded) const {
    const Image image =
        resize(read_image(images_[i], options_.channels, options_.limits), options_.height, options_.width);
    const Image mask = read_mask(masks_[i], options_.limits);
    std::size_t between = 0, marked = 0;
    for (const float value : mask.pixels) {
      marked += value > 0;
      between += value > 0.05f && value < 0.95f;
    }
    graded = between * 10 > marked;
    return {detail::quantize(image.pixels), threshold_mask(mask, options_.height, options_.width)};
  }

  std::filesystem::path folder_;
  FolderOptions options_;
  std::vector<Record> records_;
  std::vector<std::filesystem::path> images_, masks_;
  std::vector<detail::Sample> cache_;
  std::unique_ptr<std::once_flag> warned_;
};

}  // namespace unet
