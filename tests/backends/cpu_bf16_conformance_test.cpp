// Cpu<bf16>, in every instruction set up to the one that UNET_ISA names, or that the machine has.
#include "each_isa.hpp"

namespace cpu_bf16_conformance_test {

TEST_CASE("Cpu<bf16> computes what the contract says, in each instruction set") {
  check_conformance_of_each_isa<FastNarrow>();
}

}  // namespace cpu_bf16_conformance_test
