// EigenBackend<float>, against its own double.
#include "unet/backends/eigen/eigen_backend.hpp"

#include "conformance.hpp"
#include "unet/backends/planner.hpp"

static_assert(unet::Backend<unet::Planner<float>> && unet::Backend<unet::Planner<double>>);

TEST_CASE_TEMPLATE_INVOKE(conformance, unet::EigenBackend<float>);

TEST_CASE("rectangles in double") {
  conformance::check_rectangles<Double, conformance::Conv3x3>();
  conformance::check_rectangles<Double, conformance::UpConv>();
  conformance::check_rectangles<Double, conformance::Conv1x1>();
  conformance::check_rectangles_of_maps<Double>();
}
