// Runs a kernel in the best instruction set that both it and the machine have. A kernel is a struct with
//   template <class Set> static void run(arguments)
// and, unless it is written on compiler vector types for every set, a list of its own: `using isas = IsaList<...>`.
#pragma once
#include "unet/backends/cpu/isa/sets.hpp"

namespace unet::cpu {

namespace detail {

template <class Kernel>
struct IsasOf {
  using type = VectorIsas;
};
template <class Kernel>
requires requires { typename Kernel::isas; }
struct IsasOf<Kernel> {
  using type = typename Kernel::isas;
};

template <class Kernel, class First, class... Rest, class... Args>
void enter_first_of(IsaList<First, Rest...>, [[maybe_unused]] Isa isa, const Args&... args) {
  if constexpr (sizeof...(Rest) == 0)
    First::template enter<Kernel>(args...);
  else if (isa >= First::isa)
    First::template enter<Kernel>(args...);
  else
    enter_first_of<Kernel>(IsaList<Rest...>{}, isa, args...);
}

template <class First, class... Rest>
int width_of_first(IsaList<First, Rest...>, [[maybe_unused]] Isa isa) {
  if constexpr (sizeof...(Rest) > 0)
    if (isa < First::isa) return width_of_first(IsaList<Rest...>{}, isa);
  return First::width;
}

}  // namespace detail

template <class Kernel, class... Args>
void dispatch(const Args&... args) {
  const Isa isa = current_isa().load(std::memory_order_relaxed);
  detail::enter_first_of<Kernel>(typename detail::IsasOf<Kernel>::type{}, isa, args...);
}

/// Floats in a register of kernels on compiler vector types.
inline int current_width() {
  return detail::width_of_first(VectorIsas{}, current_isa().load(std::memory_order_relaxed));
}

}  // namespace unet::cpu
