// Incremental and full occlusion give the same bits: the reference backend, in float and double.
#include "../compiled_backends.hpp"
#include "occlusion_cases.hpp"
#include "unet/backends/eigen/eigen_backend.hpp"

namespace occlusion_eigen_test {

using namespace occlusion_cases;
using unet::UNet;

TEST_CASE("double") {
  check_methods_agree<UNet<1, 1, 4, 1>, Double>(10);
  check_methods_agree<UNet<1, 3, 3, 2>, Double>(10);
  check_methods_agree<UNet<3, 1, 5, 3>, Double>(6);
  check_large_image<UNet<1, 1, 4, 2>, Double>(96, 64);
}

TEST_CASE("float") {
  using Reference = unet::EigenBackend<float>;
  check_methods_agree<UNet<1, 1, 3, 2>, Reference>(15);
  check_large_image<UNet<1, 1, 3, 2>, Reference>(96, 64);
}

}  // namespace occlusion_eigen_test
