// A data set of images and masks in a folder: checked, decoded, kept in memory where they fit.
#pragma once
#include <algorithm>
#include <exception>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "unet/core/error.hpp"
#include "unet/core/parallel.hpp"
#include "unet/core/view.hpp"
#include "unet/data/image.hpp"
#include "unet/data/image_pairs.hpp"
#include "unet/data/mask.hpp"
#include "unet/data/sample.hpp"
#include "unet/imaging/resize.hpp"

namespace unet {

struct FolderOptions {
  Index height = 256, width = 256;  ///< images and masks are resized to this, whatever their aspect ratio
  int channels = 1;
  std::size_t cache_limit_bytes = std::size_t{2} << 30;  ///< decoded samples stay in memory when they fit into this
  ImageLimits limits = {};
  std::function<void(const std::string&)> message = {};        ///< called with what a user should know
  std::function<void(Index done, Index total)> progress = {};  ///< called while images are decoded, one call at a time
};

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

}  // namespace detail

/// The images of a folder that have a mask, see find_image_pairs, numbered in the order of their ids. It is a SampleSet:
/// see data/sample_set.hpp.
///
/// Mask pixels are foreground above half of the full range, or where they are 1 in masks of 0 and 1. Resizing averages
/// the mask, then thresholds it again.
class FolderDataset {
 public:
  /// Finds and checks all files, and decodes them when they fit into the cache. Throws what find_image_pairs throws;
  /// FileError for image and mask of different aspect ratio, and whatever read_image throws; OptionError for a size or
  /// channel count below 1.
  explicit FolderDataset(const std::filesystem::path& folder, const FolderOptions& options = {})
      : FolderDataset(find_image_pairs(folder, checked(options).message), options) {}

  /// The same for files that are found already. Throws OptionError for a size or channel count below 1, too.
  explicit FolderDataset(ImagePairs pairs, FolderOptions options = {})
      : pairs_(std::move(pairs)), options_(std::move(options)), warned_(std::make_unique<std::once_flag>()) {
    checked(options_);
    check_headers();
    fill_cache();
  }

  Index size() const { return static_cast<Index>(pairs_.ids.size()); }
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

  const std::string& id(Index i) const { return pairs_.ids.at(static_cast<std::size_t>(i)); }
  const std::vector<std::string>& ids() const { return pairs_.ids; }
  const std::filesystem::path& image_path(Index i) const { return pairs_.images.at(static_cast<std::size_t>(i)); }
  const std::filesystem::path& mask_path(Index i) const { return pairs_.masks.at(static_cast<std::size_t>(i)); }
  /// Whether all samples are in memory.
  bool cached() const { return !cache_.empty(); }

 private:
  static const FolderOptions& checked(const FolderOptions& options) {
    if (options.height < 1 || options.width < 1 || options.channels < 1)
      throw OptionError("images of " + to_string(Shape{1, options.height, options.width, options.channels}) +
                        "; height, width and channels must be at least 1");
    return options;
  }

  void say(const std::string& text) const {
    if (options_.message) options_.message(text);
  }

  void check_headers() {
    std::vector<char> differs(pairs_.ids.size());
    detail::for_each_file(size(), [&](Index k) {
      const std::size_t i = static_cast<std::size_t>(k);
      const ImageInfo image = read_image_info(pairs_.images[i], options_.limits);
      const ImageInfo mask = read_image_info(pairs_.masks[i], options_.limits);
      differs[i] = image.height != mask.height || image.width != mask.width;
      check_mask_aspect(pairs_.masks[i], mask.height, mask.width, image.height, image.width);
    });
    if (const auto count = std::count(differs.begin(), differs.end(), 1); count > 0)
      say("warning: masks resized because their size is not that of their image: " + std::to_string(count));
  }

  void fill_cache() {
    const std::size_t bytes = detail::sample_bytes(shape()) * pairs_.ids.size();
    const std::string megabytes = std::to_string((bytes + 999999) / 1000000) + " MB";
    if (bytes > options_.cache_limit_bytes) {
      say("decoded images would take " + megabytes +
          ", more than the cache may have: they are read from disk each time");
      return;
    }
    std::vector<detail::Sample> cache(pairs_.ids.size());
    std::vector<char> graded(pairs_.ids.size());
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
    return "warning: " + pairs_.masks[first].string() +
           (count > 1 ? " and " + std::to_string(count - 1) + " more masks" : "") +
           " have many values between background and foreground; above half of full range counts as foreground";
  }

  /// `graded` tells whether more of the mask than an anti-aliased edge lies between background and foreground.
  detail::Sample decode(std::size_t i, bool& graded) const {
    const Image image =
        resize(read_image(pairs_.images[i], options_.channels, options_.limits), options_.height, options_.width);
    const Image mask = read_mask(pairs_.masks[i], options_.limits);
    std::size_t between = 0, marked = 0;
    for (const float value : mask.pixels) {
      marked += value > 0;
      between += value > 0.05f && value < 0.95f;
    }
    graded = between * 10 > marked;
    return {detail::quantize(image.pixels), threshold_mask(mask, options_.height, options_.width)};
  }

  ImagePairs pairs_;
  FolderOptions options_;
  std::vector<detail::Sample> cache_;
  std::unique_ptr<std::once_flag> warned_;
};

}  // namespace unet
