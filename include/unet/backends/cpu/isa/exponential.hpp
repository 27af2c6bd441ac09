// Exponentials and logarithms of registers full of floats, as the loss needs them.
#pragma once
#include "unet/backends/cpu/isa/lanes.hpp"

namespace unet::cpu {

// Polynomials that are least far off in relative terms (Remez, by Lawson's iteration): by 4e-9, a fifteenth of a float's own rounding.

/// e = exp(-|x|), to three units in the last place; not a number stays so. Beyond 87 it is exp(-87), 1.6e-38.
template <class V>
UNET_INLINE void exponential_of_negative(V& e, const V& x) {
  using Bits = typename LanesOf<sizeof(V) / sizeof(float)>::bits;
  V y, least;
  broadcast(least, -87.0f);
  y = (V)((Bits)x | static_cast<int>(0x8000'0000u));
  maximum(y, least);
  // y = n log 2 + r, |r| <= log 2 / 2. A sum with 1.5 * 2^23 has n as its last digits. They become a float again by being the last
  // digits of another such number, of half the size: as whole numbers, or -ffast-math would leave all of it out.
  const Bits n = (Bits)(y * 1.44269504f + 12582912.0f) - 0x4B40'0000;
  const V steps = (V)((n << 1) + 0x4AC0'0000) - 6291456.0f;
  // log 2 = 0.693145751953125 + 1.42860677e-6, of which n times the first is exact and the second changes the result by a factor. (Both
  // in one difference, -ffast-math would add them up first.)
  const V r = y - steps * 0.693145751953125f;
  const V q = 0.499999934f + r * (0.166665201f + r * (0.0416683942f + r * (0.00836878041f + r * 0.00138144669f)));
  const V power = (V)((n << 23) + 0x3F80'0000);
  e = (1 + (r + r * r * q)) * (power - power * (steps * 1.42860677e-6f));
}

/// l = log(1 + e) for 0 <= e <= 1: twice the area hyperbolic tangent of e / (2 + e).
template <class V>
UNET_INLINE void logarithm_of_one_plus(V& l, const V& e) {
  const V s = e / (2 + e), u = s * s;
  const V p = 0.333332066f + u * (0.200108495f + u * (0.139995705f + u * 0.140122294f));
  l = 2 * s + 2 * s * u * p;
}

}  // namespace unet::cpu
