// Packed weights that a model keeps for forward convolutions, in the form that these read.
#pragma once
#include <cstddef>
#include <cstring>

#include "unet/backends/cpu/conv/amx/pack.hpp"
#include "unet/backends/cpu/conv/choice.hpp"
#include "unet/backends/cpu/conv/fixed_point_up_conv.hpp"
#include "unet/backends/cpu/conv/winograd/convolve.hpp"
#include "unet/core/error.hpp"

namespace unet::cpu {

// They begin with what they were packed for: the register's width, with its sign changed for products in fixed point, or AMX.
inline constexpr Index packed_header = 64;  // bytes, so that the weights stay aligned

/// What weights packed now are packed for, for maps of T.
template <class T>
int packed_for(WeightShape shape) {
  if (by_amx(shape)) return 1000 + amx::terms<T>;
  const bool fixed = up_conv_in_fixed_point<T>(shape) || (by_winograd(shape) && winograd::in_fixed_point<T>());
  return fixed ? -current_width() : current_width();
}

/// Floats of packed weights.
template <class T>
Index forward_floats(WeightShape shape) {
  if (by_amx(shape)) return amx::WeightTiles<T>(forward_view(shape, nullptr)).floats();
  if (by_winograd(shape)) return winograd::packed_floats<T>(shape.in, shape.out);
  if (up_conv_in_fixed_point<T>(shape)) return UpConvWeights::forward(shape.in, shape.out).floats();
  return packed_floats(forward_view(shape, nullptr));
}
template <class T>
void pack_forward(WeightShape shape, const float* values, float* packed) {
  const WeightView view = forward_view(shape, values);
  if (by_amx(shape))
    amx::WeightTiles<T>(view).pack(view, reinterpret_cast<bf16*>(packed));
  else if (by_winograd(shape))
    winograd::pack_transformed<T>(view, packed);
  else if (up_conv_in_fixed_point<T>(shape))
    pack_up_conv<T>(shape.in, shape.out, values, packed);
  else
    pack_weights(view, packed);
}

template <class T>
Index kept_bytes(WeightShape shape) {
  if (shape.operation == Operation::conv1x1 && as_head(shape.out)) return 0;  // multiplied as they are
  return packed_header + forward_floats<T>(shape) * Index{sizeof(float)};
}
template <class T>
void keep_packed(WeightShape shape, const float* values, void* to) {
  const int form = packed_for<T>(shape);
  std::memcpy(to, &form, sizeof form);
  pack_forward<T>(shape, values, reinterpret_cast<float*>(static_cast<std::byte*>(to) + packed_header));
}

/// The packed weights of a forward convolution: those that are kept, if they were packed for the instruction set in use. Throws Error
/// when they were not and nothing else is left.
template <class T>
const float* packed_weights(WeightShape shape, const Weights<float>& w) {
  int form = 0;
  if (w.packed) std::memcpy(&form, w.packed, sizeof form);
  if (form == packed_for<T>(shape))
    return reinterpret_cast<const float*>(static_cast<const std::byte*>(w.packed) + packed_header);
  if (!w.values)
    throw Error(
        "weights are kept for another instruction set than the one in use, and Model::discard_values() has given their "
        "values back: do not change the instruction set after it");
  float* const packed = scratch<shared_weights>(forward_floats<T>(shape));
  pack_forward<T>(shape, w.values, packed);
  return packed;
}

}  // namespace unet::cpu
