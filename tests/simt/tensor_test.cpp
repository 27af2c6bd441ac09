// Convolutions on tensor cores, run by the emulator.
#include <doctest/doctest.h>

#include "../compiled_backends.hpp"
#include "unet/backends/cuda/cuda.hpp"
#include "unet/testing/check_backend.hpp"

using namespace unet;

/// Of TF32 products each factor is rounded by at most 2^-11; of bf16 ones weights by 2^-9, inputs with a pending activation by as
/// much, and all that is stored by 2^-9.
template <class T>
struct unet::testing::Tolerance<Cuda<T>> {
  static double of(std::string_view operation) {
    const bool product = operation.starts_with("conv3x3") || operation.starts_with("up_conv");
    return (product ? (sizeof(T) == 2 ? 0x1p-8 : 0x1.1p-10) : 32 * epsilon_of<float>()) + (sizeof(T) == 2 ? 0x1p-8 : 0);
  }
};

namespace {

template <class B>
void check(std::vector<std::string> only, double share) {
  std::vector<unet::testing::Variant> schedules;
  for (const unsigned number : {0u, 1u, 7u})
    schedules.push_back({"schedule " + std::to_string(number), [number] { simt::schedule = number; }});
  const auto failures =
      unet::testing::check_backend<B, Double>({.only = std::move(only), .share = share, .threads = {}, .variants = schedules});
  for (const auto& failure : failures) FAIL_CHECK(to_string(failure));
  simt::schedule = 0;
}

}  // namespace

TEST_CASE_TEMPLATE("conforms", T, float, bf16) {
  const char* only = std::getenv("ONLY");
  check<Cuda<T>>({only ? only : "conv3x3_forward"}, std::atof(std::getenv("SHARE") ? std::getenv("SHARE") : "0.3"));
}
