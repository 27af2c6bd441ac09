// Synthetic chest X-rays with exact lung masks: the data set for those who have none, and for tests.
#pragma once
#include <cstdint>
#include <exception>
#include <functional>
#include <mutex>
#include <new>
#include <string>
#include <utility>
#include <vector>

#include "unet/chest/phantom/image.hpp"
#include "unet/chest/record.hpp"
#include "unet/core/error.hpp"
#include "unet/core/parallel.hpp"
#include "unet/core/view.hpp"
#include "unet/data/sample.hpp"

namespace unet {

struct PhantomOptions {
  Index count = 200;
  Index height = 256, width = 256;
  int channels = 1;  ///< all alike
  std::uint64_t seed = 0;
  std::size_t cache_limit_bytes = std::size_t{2} << 30;        ///< samples stay in memory when they fit into this
  std::function<void(const std::string&)> message = {};        ///< called with what a user should know
  std::function<void(Index done, Index total)> progress = {};  ///< called while samples are made, one call at a time
};

/// A SampleSet (see data/sample_set.hpp) of synthetic patients: half of them abnormal, two fifths female, 1 to 89
/// years old, all of which shows in the picture. Sample i depends on the seed, on i and on the size alone. The ids look
/// like phantom_0001_1, where the last digit says abnormal.
class Phantom {
 public:
  /// Makes all samples when they fit into the cache, otherwise each one when it is asked for.
  /// Throws OptionError when count, size or channels are out of range, Error when memory is too small for them, and what
  /// `progress` throws.
  explicit Phantom(PhantomOptions options = {}) : options_(std::move(options)) {
    if (options_.count < 1 || options_.count > 1'000'000)
      throw OptionError("phantom of " + std::to_string(options_.count) + " samples; 1 to 1000000 are possible");
    if (options_.height < 1 || options_.width < 1 || options_.channels < 1)
      throw OptionError("phantom images of " + to_string(shape()) + "; height, width and channels must be at least 1");
    for (Index i = 0; i < options_.count; ++i) {
      const std::uint32_t index = static_cast<std::uint32_t>(i);
      const phantom::Anatomy patient = phantom::draw_anatomy(options_.seed, index);
      const std::string number = std::to_string(i + 1);
      records_.push_back({"phantom_" + std::string(number.size() < 4 ? 4 - number.size() : 0, '0') + number +
                              (patient.abnormal ? "_1" : "_0"),
                          patient.sex, patient.age, patient.abnormal,
                          phantom::draw_lesions(patient, options_.seed, index).finding});
      ids_.push_back(records_.back().id);
    }
    if (detail::sample_bytes(shape()) * records_.size() <= options_.cache_limit_bytes)
      fill_cache();
    else if (options_.message)
      options_.message("phantom images do not fit into the cache: they are made each time");
  }

  Index size() const { return options_.count; }
  /// 1 x height x width x channels of one image.
  Shape shape() const { return {1, options_.height, options_.width, options_.channels}; }

  /// Fills image (shape()) with values in [0, 1] and target (one channel) with 0 and 1. Any number of threads may call
  /// it.
  void load(Index i, View<float> image, View<float> target) const {
    if (i < 0 || i >= size())
      throw OptionError("sample " + std::to_string(i) + " of a phantom of " + std::to_string(size()));
    if (cached()) return detail::store(cache_[static_cast<std::size_t>(i)], shape(), image, target);
    detail::store(make(i), shape(), image, target);
  }

  const Record& record(Index i) const { return records_.at(static_cast<std::size_t>(i)); }
  const std::vector<Record>& records() const { return records_; }
  const std::string& id(Index i) const { return ids_.at(static_cast<std::size_t>(i)); }
  const std::vector<std::string>& ids() const { return ids_; }
  bool cached() const { return !cache_.empty(); }

 private:
  void fill_cache() {
    std::vector<detail::Sample> cache(records_.size());
    std::vector<std::exception_ptr> errors(records_.size());  // none may leave the parallel loop
    std::mutex lock;
    Index done = 0;
    parallel_for(size(), [&](Index i) {
      try {
        cache[static_cast<std::size_t>(i)] = make(i);
        const std::lock_guard guard(lock);
        ++done;
        if (options_.progress) options_.progress(done, size());
      } catch (...) {
        errors[static_cast<std::size_t>(i)] = std::current_exception();
      }
    });
    try {
      for (const std::exception_ptr& error : errors)
        if (error) std::rethrow_exception(error);
    } catch (const std::bad_alloc&) {
      throw Error("phantom: no memory for " + std::to_string(size()) + " images of " + to_string(shape()) +
                  "; ask for fewer or smaller images");
    }
    cache_ = std::move(cache);
  }

  detail::Sample make(Index i) const {
    phantom::ImageAndMask made =
        phantom::make_image(options_.seed, static_cast<std::uint32_t>(i), options_.height, options_.width);
    const auto grey = detail::quantize(made.image);
    std::vector<std::uint16_t> image;
    image.reserve(grey.size() * static_cast<std::size_t>(options_.channels));
    for (const std::uint16_t value : grey)
      image.insert(image.end(), static_cast<std::size_t>(options_.channels), value);
    return {std::move(image), std::move(made.mask)};
  }

  PhantomOptions options_;
  std::vector<Record> records_;
  std::vector<std::string> ids_;
  std::vector<detail::Sample> cache_;
};

}  // namespace unet
