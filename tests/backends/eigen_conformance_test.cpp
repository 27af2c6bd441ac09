// EigenBackend<float>, against its own double.
#include "conformance.hpp"
#include "unet/backends/planner.hpp"

namespace eigen_conformance_test {

static_assert(unet::Backend<unet::Planner<float>> && unet::Backend<unet::Planner<double>>);

TEST_CASE("EigenBackend<float> computes what the contract says") { check_conformance<EigenFloat>(); }

TEST_CASE("rectangles in double") { check_conformance<Double>({.only = {"rectangles"}}); }

}  // namespace eigen_conformance_test
