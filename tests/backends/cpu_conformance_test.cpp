// Cpu<float>, in every instruction set up to the one that UNET_ISA names, or that the machine has.
#include "each_isa.hpp"

namespace cpu_conformance_test {

TEST_CASE("Cpu<float> computes what the contract says, in each instruction set") {
  check_conformance_of_each_isa<Float>();
}

}  // namespace cpu_conformance_test
