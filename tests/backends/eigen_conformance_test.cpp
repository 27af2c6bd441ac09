// EigenBackend<float>, against its own double.
#include "unet/backends/eigen/eigen_backend.hpp"

#include "conformance.hpp"

TEST_CASE_TEMPLATE_INVOKE(conformance, unet::EigenBackend<float>);
