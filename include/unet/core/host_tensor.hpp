// A feature map in host memory, owned: what programs give to a model and get back.
#pragma once
#include <vector>

#include "unet/core/view.hpp"

namespace unet {

template <class T = float>
struct HostTensor {
  Shape shape;
  std::vector<T> values;  ///< dense NHWC

  HostTensor() = default;
  explicit HostTensor(Shape s) : shape(s), values(static_cast<std::size_t>(s.size())) {}

  View<T> view() { return {values.data(), shape}; }
  View<const T> view() const { return {values.data(), shape}; }
  T& operator()(Index n, Index y, Index x, Index c) { return view().at(n, y, x)[c]; }
  const T& operator()(Index n, Index y, Index x, Index c) const { return view().at(n, y, x)[c]; }
};

/// Copies a view in host memory, converting the scalar. The shapes must be equal.
template <class From, class To>
void copy_view(View<From> from, View<To> to) {
  for (Index n = 0; n < to.shape.n; ++n)
    for (Index y = 0; y < to.shape.h; ++y)
      for (Index x = 0; x < to.shape.w; ++x) {
        const auto* source = from.at(n, y, x);
        auto* target = to.at(n, y, x);
        for (Index c = 0; c < to.shape.c; ++c) target[c] = static_cast<To>(source[c]);
      }
}

}  // namespace unet
