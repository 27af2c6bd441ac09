// The data set that --data names: a folder, or the built-in phantom.
#pragma once
#include <memory>
#include <string>
#include <variant>

#include "unet/chest/phantom.hpp"
#include "unet/chest/records.hpp"
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
      : DataSource(options.data == "phantom" ? phantom(options, message) : folder(options, message)) {}

  unet::Index size() const {
    return visit([](const auto& set) { return set.size(); });
  }
  unet::Shape shape() const {
    return visit([](const auto& set) { return set.shape(); });
  }
  void load(unet::Index i, unet::View<float> image, unet::View<float> target) const {
    visit([&](const auto& set) { set.load(i, image, target); });
  }
  const std::string& id(unet::Index i) const { return ids()[static_cast<std::size_t>(i)]; }
  const std::vector<std::string>& ids() const {
    return visit([](const auto& set) -> const std::vector<std::string>& { return set.ids(); });
  }
  const unet::Record& record(unet::Index i) const { return records_[static_cast<std::size_t>(i)]; }
  const std::vector<unet::Record>& records() const { return records_; }
  bool cached() const {
    return visit([](const auto& set) { return set.cached(); });
  }

 private:
  using Set = std::variant<unet::FolderDataset, unet::Phantom>;

  using Message = std::function<void(const std::string&)>;

  DataSource(Set set, std::vector<unet::Record> records) : set_(std::move(set)), records_(std::move(records)) {}

  static DataSource phantom(const DataOptions& options, const Message& message) {
    unet::PhantomOptions phantom;
    phantom.count = options.count;
    phantom.height = phantom.width = options.size;
    phantom.seed = options.seed;
    phantom.message = message;
    unet::Phantom set(phantom);
    std::vector<unet::Record> records = set.records();
    return {std::move(set), std::move(records)};
  }

  static DataSource folder(const DataOptions& options, const Message& message) {
    unet::FolderOptions folder;
    folder.height = folder.width = options.size;
    folder.message = message;
    unet::ImagePairs pairs = unet::find_image_pairs(options.data, message);
    std::vector<unet::Record> records = unet::read_records(options.data, pairs.ids);  // before images are decoded
    return {unet::FolderDataset(std::move(pairs), folder), std::move(records)};
  }

  Set set_;
  std::vector<unet::Record> records_;
};

/// The three parts of a data set.
struct Parts {
  unet::Subset<DataSource> train, validation, test;

  Parts(const DataSource& data, const unet::Split& split)
      : train(data, split.train), validation(data, split.validation), test(data, split.test), data_(data) {}
  const unet::Subset<DataSource>& operator[](unet::Part part) const {
    return part == unet::Part::train ? train : part == unet::Part::validation ? validation : test;
  }
  const unet::Record& record(unet::Part part, unet::Index i) const { return data_.record((*this)[part].index(i)); }

 private:
  const DataSource& data_;
};

}  // namespace app
