// From host memory to a backend's.
#pragma once
#include "unet/core/host_tensor.hpp"

namespace unet {

/// Copies host images of any strides and scalar to dense backend memory of the same shape.
template <class B, class From>
void upload(View<const From> images, View<typename B::Scalar> to) {
  using T = typename B::Scalar;
  const Index bytes = images.shape.size() * static_cast<Index>(sizeof(T));
  if constexpr (std::is_same_v<From, T>) {
    if (images.dense()) {
      B::copy_to_backend(images.data, to.data, bytes);
      return;
    }
  }
  HostTensor<T> dense(images.shape);
  copy_view(images, dense.view());
  B::copy_to_backend(dense.values.data(), to.data, bytes);
}

}  // namespace unet
