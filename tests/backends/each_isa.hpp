// The conformance suite on a backend with kernels for several instruction sets.
#pragma once
#include "conformance.hpp"
#include "unet/backends/cpu/isa/dispatch.hpp"

/// In each instruction set up to the one that is in use, which is in use again afterwards.
template <class B>
void check_conformance_of_each_isa() {
  const auto best = unet::cpu::current_isa().load();
  unet::testing::CheckOptions options;
  for (int i = 0; i <= static_cast<int>(best); ++i) {
    const auto isa = static_cast<unet::cpu::Isa>(i);
    options.variants.push_back({to_string(isa), [isa] { unet::cpu::current_isa() = isa; }});
  }
  check_conformance<B>(options);
  unet::cpu::current_isa() = best;
}
