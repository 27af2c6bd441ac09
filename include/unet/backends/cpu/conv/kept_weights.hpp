// Packed weights that a model keeps for forward convolutions, in the form that these read.
#pragma once
#include <cstddef>
#include <cstring>

#include "unet/backends/cpu/conv/winograd/convolve.hpp"

namespace unet::cpu {

// They begin with what they were packed for: the register's width, or with its sign changed for products in fixed point.
inline constexpr Index packed_header = 64;  // bytes, so that the weights stay aligned

/// What weights packed now are packed for, for maps of T.
template <class T>
int packed_for(WeightShape shape) {
  return by_winograd(shape) && winograd::in_fixed_point<T>() ? -current_width() : current_width();
}

template <class T>
Index kept_bytes(WeightShape shape) {
  const Index floats = by_winograd(shape) ? winograd::packed_floats<T>(shape.in, shape.out)
                                          : packed_floats(forward_view(shape, nullptr));
  return packed_header + floats * Index{sizeof(float)};
}
template <class T>
void keep_packed(WeightShape shape, const float* values, void* to) {
  const int form = packed_for<T>(shape);
  std::memcpy(to, &form, sizeof form);
  auto* const packed = reinterpret_cast<float*>(static_cast<std::byte*>(to) + packed_header);
  if (by_winograd(shape))
    winograd::pack_transformed<T>(forward_view(shape, values), packed);
  else
    pack_weights(forward_view(shape, values), packed);
}

/// The packed weights of a forward convolution: those that are kept, if they were packed for the instruction set in use.
template <class T>
const float* packed_weights(WeightShape shape, const Weights<float>& w) {
  int form = 0;
  if (w.packed) std::memcpy(&form, w.packed, sizeof form);
  if (form == packed_for<T>(shape))
    return reinterpret_cast<const float*>(static_cast<const std::byte*>(w.packed) + packed_header);
  const WeightView view = forward_view(shape, w.values);
  return by_winograd(shape) ? winograd::pack_transformed<T>(view) : pack_weights(view);
}

}  // namespace unet::cpu
