// EigenBackend<float>, against its own double.
#include "unet/backends/eigen/eigen_backend.hpp"

#include "conformance.hpp"
#include "unet/backends/planner.hpp"

static_assert(unet::Backend<unet::Planner<float>> && unet::Backend<unet::Planner<double>>);

TEST_CASE_TEMPLATE_INVOKE(conformance, unet::EigenBackend<float>);
