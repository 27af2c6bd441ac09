// A strided window on a feature map. It owns nothing and may point to memory that the host can not read.
#pragma once
#include <type_traits>

#include "unet/core/shape.hpp"

namespace unet {

/// Distances, in elements, between neighbours along batch, height and width. Channels are always contiguous.
struct Strides {
  Index n = 0, h = 0, w = 0;
  friend constexpr bool operator==(const Strides&, const Strides&) = default;
};

template <class T>
struct View {
  T* data = nullptr;
  Shape shape;
  Strides strides;

  constexpr View() = default;
  /// Dense NHWC memory.
  constexpr View(T* start, Shape s) : View(start, s, {s.h * s.w * s.c, s.w * s.c, s.c}) {}
  constexpr View(T* start, Shape s, Strides between) : data(start), shape(s), strides(between) {}

  /// Address of channel 0 of pixel (y, x) of image n.
  constexpr T* at(Index n, Index y, Index x) const { return data + n * strides.n + y * strides.h + x * strides.w; }

  /// The rectangle of `height` x `width` pixels whose upper left corner is (y, x), of every image.
  constexpr View window(Index y, Index x, Index height, Index width) const {
    return {at(0, y, x), {shape.n, height, width, shape.c}, strides};
  }
  /// Images first .. first + count - 1.
  constexpr View images(Index first, Index count) const {
    return {at(first, 0, 0), {count, shape.h, shape.w, shape.c}, strides};
  }
  /// Channels first .. first + count - 1.
  constexpr View channels(Index first, Index count) const {
    return {data + first, {shape.n, shape.h, shape.w, count}, strides};
  }

  /// True when the pixels follow each other without gaps, so that the map is one (N*H*W) x C row-major matrix.
  constexpr bool dense() const { return *this == View(data, shape); }
  constexpr explicit operator bool() const { return data != nullptr; }
  /// To a view that may only be read. (A template, for nvcc warns of a conversion to the same type, which View<const T>'s would be.)
  template <class Const>
  requires(!std::is_const_v<T> && std::is_same_v<Const, const T>) constexpr operator View<Const>() const {
    return {data, shape, strides};
  }
  friend constexpr bool operator==(const View&, const View&) = default;
};

}  // namespace unet
