// Maps stored in bf16: what the contract says, to bf16's precision.
#include "../compiled_backends.hpp"
#include "conformance.hpp"

namespace bf16_conformance_test {

TEST_CASE("maps in bf16 have what the contract says, to the last bit but one that bf16 has") {
  static_assert(unet::testing::Tolerance<Narrow>::of("conv3x3_forward") < 0.01);
  check_conformance<Narrow>();
}

}  // namespace bf16_conformance_test
