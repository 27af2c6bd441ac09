// The data set that --data names: a folder, or the built-in phantom.
#pragma once
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "unet/chest/record.hpp"
#include "unet/data/split.hpp"
#include "unet/data/subset.hpp"

namespace app {

struct DataOptions {
  std::string data = "phantom";  ///< folder, or "phantom"
  unet::Index count = 200;       ///< of phantom images
  unet::Index size = 512;        ///< height and width that images are resized to
  std::uint64_t seed = 0;        ///< of the phantom
};

/// A SampleSet of either kind. Copies share the data.
class DataSource {
 public:
  /// `message` gets what a user should know. `check_ids` gets the ids before any image is decoded, which can take minutes:
  /// there a caller refuses what does not fit them. Throws what the data sets and `check_ids` throw.
  DataSource(const DataOptions& options, const std::function<void(const std::string&)>& message,
             const std::function<void(const std::vector<std::string>&)>& check_ids = {});

  unet::Index size() const { return static_cast<unet::Index>(ids().size()); }
  unet::Shape shape() const;
  void load(unet::Index i, unet::View<float> image, unet::View<float> target) const;
  const std::string& id(unet::Index i) const { return ids()[static_cast<std::size_t>(i)]; }
  const std::vector<std::string>& ids() const;
  const unet::Record& record(unet::Index i) const { return records_[static_cast<std::size_t>(i)]; }
  const std::vector<unet::Record>& records() const { return records_; }
  /// Whether images stay in memory.
  bool cached() const;

 private:
  struct Set;
  std::shared_ptr<const Set> set_;
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
