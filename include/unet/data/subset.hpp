// Some samples of another data set, such as its training part.
#pragma once
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "unet/core/error.hpp"
#include "unet/core/view.hpp"
#include "unet/data/sample_set.hpp"

namespace unet {

/// A SampleSet of the samples `indices` of another, in that order. It keeps a pointer to the other, no copy.
template <SampleSet S>
class Subset {
 public:
  /// Shares ownership. Throws OptionError for an index outside the data set.
  Subset(std::shared_ptr<const S> whole, std::vector<Index> indices)
      : whole_(std::move(whole)), indices_(std::move(indices)) {
    for (const Index i : indices_)
      if (i < 0 || i >= static_cast<Index>(whole_->size()))
        throw OptionError("subset: index " + std::to_string(i) + " of a data set of " + std::to_string(whole_->size()) +
                          " samples; was the split made for another data set?");
  }
  /// Refers to `whole`, which must outlive this.
  Subset(const S& whole, std::vector<Index> indices)
      : Subset(std::shared_ptr<const S>(std::shared_ptr<const S>(), &whole), std::move(indices)) {}
  Subset(S&& whole, std::vector<Index> indices) = delete;

  Index size() const { return static_cast<Index>(indices_.size()); }
  Shape shape() const { return whole_->shape(); }
  void load(Index i, View<float> image, View<float> target) const { whole_->load(index(i), image, target); }
  /// Variants, when the other set has such; drawn by the sample's number there.
  void load(Index i, Draw draw, View<float> image, View<float> target) const requires VariedSampleSet<S> {
    whole_->load(index(i), draw, image, target);
  }
  /// Id of sample i, when samples of the whole data set have one.
  decltype(auto) id(Index i) const { return whole_->id(index(i)); }
  /// Where sample i is in the whole data set.
  Index index(Index i) const { return indices_.at(static_cast<std::size_t>(i)); }

 private:
  std::shared_ptr<const S> whole_;
  std::vector<Index> indices_;
};

}  // namespace unet
