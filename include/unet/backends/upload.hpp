// From host memory to a backend's.
#pragma once
#include <type_traits>

#include "unet/core/host_tensor.hpp"

namespace unet {

/// Copies host images of any strides and scalar to dense backend memory of the same shape, converting to what is stored there.
template <class B, class From, class To>
void upload(typename B::Context& context, View<const From> images, View<To> to) {
  const Index bytes = images.shape.size() * static_cast<Index>(sizeof(To));
  if constexpr (std::is_same_v<From, To>) {
    if (images.dense()) {
      B::copy_to_backend(context, images.data, to.data, bytes);
      return;
    }
  }
  if constexpr (B::host_memory) {
    copy_view(images, to);
  } else {
    HostTensor<To> dense(images.shape);
    copy_view(images, dense.view());
    B::copy_to_backend(context, dense.values.data(), to.data, bytes);
  }
}

}  // namespace unet
