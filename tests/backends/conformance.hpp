// Lists in doctest what unet/testing finds, with a reference that is compiled once. Builds with sanitizers, which are slow,
// draw fewer cases.
#pragma once
#include <doctest/doctest.h>

#include "../compiled_backends.hpp"
#include "unet/backends/cpu/isa/isa.hpp"
#include "unet/testing/check_backend.hpp"

/// With AMX floats are multiplied as two numbers of bf16 each: see amx/pack.hpp.
template <>
struct unet::testing::Tolerance<Float> {
  static double of(std::string_view operation) {
    const bool by_amx = cpu::current_isa().load() >= cpu::Isa::amx && operation.starts_with("conv3x3");
    return by_amx ? 3 * 0x1p-16 : 32 * epsilon_of<float>();
  }
};

template <class B>
void check_conformance(unet::testing::CheckOptions options = {}) {
  options.share *= UNET_CONFORMANCE_SHARE;
  const auto failures = unet::testing::check_backend<B, Double>(options);
  for (const auto& failure : failures) FAIL_CHECK(to_string(failure));
  CHECK(failures.empty());
}
