// Any data set behind one type, so that what trains and evaluates is compiled once for all of them.
#pragma once
#include <functional>

#include "unet/data/sample_set.hpp"

namespace app {

/// A SampleSet that refers to another, which must outlive it.
class AnySet {
 public:
  template <unet::SampleSet S>
  AnySet(const S& set)
      : size_(set.size()),
        shape_(set.shape()),
        load_(
            [&set](unet::Index i, unet::View<float> image, unet::View<float> target) { set.load(i, image, target); }) {}

  unet::Index size() const { return size_; }
  unet::Shape shape() const { return shape_; }
  void load(unet::Index i, unet::View<float> image, unet::View<float> target) const { load_(i, image, target); }

 private:
  unet::Index size_;
  unet::Shape shape_;
  std::function<void(unet::Index, unet::View<float>, unet::View<float>)> load_;
};

}  // namespace app
