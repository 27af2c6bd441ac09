// What operations of a backend take and give besides plain views.
#pragma once
#include "unet/core/view.hpp"

namespace unet {

/// A feature map with a pending normalisation: its value is scale[c] * x + shift[c], applied by whoever loads it.
/// Null scale and shift mean the value is x itself. Zero padding lies outside: padded pixels are 0, not shift.
template <class T>
struct Source {
  View<const T> x;
  const T* scale = nullptr;  ///< C values or null
  const T* shift = nullptr;  ///< C values or null, null together with scale
};

/// The input of a convolution: one map, or two of equal N, H, W whose channels are concatenated without being copied.
template <class T>
struct Input {
  Source<T> parts[2];
  int count = 1;

  constexpr Shape shape() const {
    Shape s = parts[0].x.shape;
    if (count == 2) s.c += parts[1].x.shape.c;
    return s;
  }
};

/// Where the gradient with respect to an Input goes, part by part.
template <class T>
struct InputGradient {
  View<T> parts[2];
  int count = 1;
  bool accumulate = false;  ///< add to what is there instead of overwriting it

  constexpr Shape shape() const {
    Shape s = parts[0].shape;
    if (count == 2) s.c += parts[1].shape.c;
    return s;
  }
};

/// Zero padding of a 3x3 convolution, in pixels (0 or 1) a side. All ones is "same" padding. A rectangle of a larger map
/// is recomputed by passing the rectangle with its one-pixel halo and 0 on each side where the halo is real.
struct Padding {
  int top = 1, bottom = 1, left = 1, right = 1;
};

/// Mean and biased variance of each channel over batch, height and width.
template <class T>
struct Moments {
  T* mean = nullptr;
  T* variance = nullptr;
  constexpr explicit operator bool() const { return mean != nullptr; }
};

/// One step of Adam (Kingma & Ba 2015, algorithm 1). `step` counts from 1.
struct AdamStep {
  double learning_rate = 1e-3, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8;
  long step = 1;
};

/// Doubles that a loss operation reports for each image: results[n * (1 + 3 K)] = mean loss over the image's pixels, then
/// for each of K classes the pixel counts {intersection, predicted, true}. K = 1 for binary segmentation, else Classes.
constexpr Index results_per_image(Index classes) { return 1 + 3 * classes; }

}  // namespace unet
