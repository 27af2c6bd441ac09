// EigenBackend<float>, against its own double.
#include "unet/backends/eigen/eigen_backend.hpp"

#include "conformance.hpp"
#include "unet/backends/planner.hpp"

static_assert(unet::Backend<unet::Planner<float>> && unet::Backend<unet::Planner<double>>);

TEST_CASE("EigenBackend<float> computes what the contract says") { check_conformance<unet::EigenBackend<float>>(); }

TEST_CASE("rectangles in double") { check_conformance<unet::EigenBackend<double>>({.only = {"rectangles"}}); }
