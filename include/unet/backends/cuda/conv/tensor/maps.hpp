// Feature maps as these kernels take them: sizes that fit registers, and what is pending for each part.
#pragma once
#include "unet/backends/cuda/device/rows.hpp"
#include "unet/backends/operands.hpp"

namespace unet::cuda::tensor {

/// One part of a map; strides in elements.
template <class T>
struct Map {
  T* data = nullptr;
  int channels = 0;
  Index stride_n = 0, stride_h = 0, stride_w = 0;
  const float *scale = nullptr, *shift = nullptr;
  bool relu = false;

  __device__ T* at(int n, int y, int x, int c) const { return data + n * stride_n + y * stride_h + x * stride_w + c; }
  __device__ bool pending() const { return scale || relu; }
};

/// One map, or two whose channels follow each other.
template <class T>
struct Maps {
  Map<T> parts[2];
  int n = 0, h = 0, w = 0;

  __host__ __device__ int channels() const { return parts[0].channels + parts[1].channels; }
  /// The part that has channel c, which becomes relative to it. (Selected: an index that is known at run time only would have
  /// the kernel's arguments copied to local memory.)
  __device__ const Map<T>& part(int& c) const {
    if (c < parts[0].channels || parts[1].channels == 0) return parts[0];
    c -= parts[0].channels;
    return parts[1];
  }
  __device__ bool inside(int y, int x) const { return y >= 0 && y < h && x >= 0 && x < w; }
};

template <class T>
Map<T> map_of(const View<T>& view) {
  return {view.data, static_cast<int>(view.shape.c), view.strides.n, view.strides.h, view.strides.w};
}
template <class T>
Maps<T> maps_of(const View<T>& view) {
  const Shape& s = view.shape;
  return {{map_of(view), {}}, static_cast<int>(s.n), static_cast<int>(s.h), static_cast<int>(s.w)};
}
template <class T>
Maps<T> maps_of(const InputGradient<T>& dx) {
  Maps<T> maps = maps_of(dx.parts[0]);
  if (dx.count == 2) maps.parts[1] = map_of(dx.parts[1]);
  return maps;
}
/// With what is pending; `folded`: without, for it is part of the weights.
template <class T>
Maps<const T> maps_of(const Input<T, float>& x, bool folded = false) {
  Maps<const T> maps = maps_of(x.parts[0].x);
  if (x.count == 2) maps.parts[1] = map_of(x.parts[1].x);
  for (int p = 0; p < x.count && !folded; ++p) {
    maps.parts[p].scale = x.parts[p].scale;
    maps.parts[p].shift = x.parts[p].shift;
    maps.parts[p].relu = x.parts[p].activate == Activate::relu;
  }
  return maps;
}

template <class T>
bool aligned(const Input<T, float>& x) {
  return by_vectors(x.parts[0].x) && (x.count == 1 || by_vectors(x.parts[1].x));
}
template <class T>
bool aligned(const InputGradient<T>& dx) {
  return by_vectors(dx.parts[0]) && (dx.count == 1 || by_vectors(dx.parts[1]));
}

constexpr int rounded_up(int value, int multiple) { return (value + multiple - 1) / multiple * multiple; }

}  // namespace unet::cuda::tensor
