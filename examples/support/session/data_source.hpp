// The data set that --data names: a folder, or the built-in phantom.
#pragma once
#include <memory>
#include <string>
#include <variant>

#include "unet/chest/phantom.hpp"
#include "unet/core/error.hpp"
#include "unet/data/dataset.hpp"
#include "unet/data/split.hpp"
#include "unet/data/subset.hpp"

namespace app {

struct DataOptions {
  std::string data = "phantom";  ///< folder, or "phantom"
  unet::Index count = 200;       ///< of phantom images
  unet::Index size = 512;        ///< height and width that images are resized to
  std::uint64_t seed = 0;        ///< of the phantom
};

/// A SampleSet of either kind.
class DataSource {
  template <class F>
  decltype(auto) visit(F&& f) const {
    return std::visit(std::forward<F>(f), set_);
  }

 public:
  /// `message` gets what a user should know. Throws what the data sets throw.
  DataSource(const DataOptions& options, const std::function<void(const std::string&)>& message)
      : set_(open(options, message)) {}

  unet::Index size() const {
    return visit([](const auto& set) { return set.size(); });
  }
  unet::Shape shape() const {
    return visit([](const auto& set) { return set.shape(); });
  }
  void load(unet::Index i, unet::View<float> image, unet::View<float> target) const {
    visit([&](const auto& set) { set.load(i, image, target); });
  }
  const unet::Record& record(unet::Index i) const { return records()[static_cast<std::size_t>(i)]; }
  const std::vector<unet::Record>& records() const {
    return visit([](const auto& set) -> const std::vector<unet::Record>& { return set.records(); });
  }
  bool cached() const {
    return visit([](const auto& set) { return set.cached(); });
  }

 private:
  using Set = std::variant<unet::FolderDataset, unet::Phantom>;

  static Set open(const DataOptions& options, const std::function<void(const std::string&)>& message) {
    if (options.data == "phantom") {
      unet::PhantomOptions phantom;
      phantom.count = options.count;
      phantom.height = phantom.width = options.size;
      phantom.seed = options.seed;
      phantom.message = message;
      return unet::Phantom(phantom);
    }
    unet::FolderOptions folder;
    folder.height = folder.width = options.size;
    folder.message = message;
    return unet::FolderDataset(options.data, folder);
  }

  Set set_;
};

/// The three parts of a data set.
struct Parts {
  unet::Subset<DataSource> train, validation, test;

  Parts(const DataSource& data, const unet::Split& split)
      : train(data, split.train), validation(data, split.validation), test(data, split.test) {}
  const unet::Subset<DataSource>& operator[](unet::Part part) const {
    return part == unet::Part::train ? train : part == unet::Part::validation ? validation : test;
  }
};

}  // namespace app
