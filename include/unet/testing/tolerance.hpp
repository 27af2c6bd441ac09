// How far a backend's numbers may be from the reference's.
#pragma once
#include <algorithm>
#include <string_view>
#include <type_traits>

namespace unet::testing {

/// Distance from 1 to the next larger number of T, for any T that converts from and to float.
template <class T>
constexpr double epsilon_of() {
  using Wide = std::conditional_t<std::is_same_v<T, double>, double, float>;
  double epsilon = 1;
  while (static_cast<double>(static_cast<T>(static_cast<Wide>(1 + epsilon / 2))) > 1) epsilon /= 2;
  return epsilon;
}

/// Largest error of an operation's results, relative to the sum of the absolute values of the terms that a number is computed
/// from. A backend that multiplies with less precision than it stores and keeps says so in a specialisation, for the
/// operations ("conv3x3_forward", ...) that do.
template <class B>
struct Tolerance {
  static constexpr double of(std::string_view) {
    using T = typename B::Storage;
    using S = typename B::Scalar;
    const double computing = 32 * epsilon_of<S>();
    return std::is_same_v<T, S> ? computing : computing + epsilon_of<T>();
  }
};

}  // namespace unet::testing
