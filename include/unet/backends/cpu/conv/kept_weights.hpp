// Packed weights that a model keeps for forward convolutions, in the form that these read.
#pragma once
#include <cstddef>
#include <cstring>

#include "unet/backends/cpu/conv/winograd/convolve.hpp"

namespace unet::cpu {

// They begin with the register width that they were packed for.
inline constexpr Index packed_header = 64;  // bytes, so that the weights stay aligned

inline Index kept_bytes(WeightShape shape) {
  const Index floats =
      by_winograd(shape) ? winograd::packed_floats(shape.in, shape.out) : packed_floats(forward_view(shape, nullptr));
  return packed_header + floats * Index{sizeof(float)};
}
inline void keep_packed(WeightShape shape, const float* values, void* to) {
  const int width = current_width();
  std::memcpy(to, &width, sizeof width);
  auto* const packed = reinterpret_cast<float*>(static_cast<std::byte*>(to) + packed_header);
  if (by_winograd(shape))
    winograd::pack_transformed(forward_view(shape, values), packed);
  else
    pack_weights(forward_view(shape, values), packed);
}

/// The packed weights of a forward convolution: those that are kept, if they were packed for the instruction set in use.
inline const float* packed_weights(WeightShape shape, const Weights<float>& w) {
  int width = 0;
  if (w.packed) std::memcpy(&width, w.packed, sizeof width);
  if (width == current_width())
    return reinterpret_cast<const float*>(static_cast<const std::byte*>(w.packed) + packed_header);
  const WeightView view = forward_view(shape, w.values);
  return by_winograd(shape) ? winograd::pack_transformed(view) : pack_weights(view);
}

}  // namespace unet::cpu
