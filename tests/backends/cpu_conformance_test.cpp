// Cpu<float>, in every instruction set up to the one that UNET_ISA names, or that the machine has.
#include "conformance.hpp"
#include "unet/backends/cpu/isa/dispatch.hpp"

TEST_CASE("Cpu<float> computes what the contract says, in each instruction set") {
  const auto best = unet::cpu::current_isa().load();
  unet::testing::CheckOptions options;
  for (int i = 0; i <= static_cast<int>(best); ++i) {
    const auto isa = static_cast<unet::cpu::Isa>(i);
    options.variants.push_back({to_string(isa), [isa] { unet::cpu::current_isa() = isa; }});
  }
  check_conformance<Float>(options);
  unet::cpu::current_isa() = best;
}
