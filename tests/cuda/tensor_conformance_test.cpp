// The conformance suite's cases of convolutions on tensor cores, under several orders of threads.
#include "tensor_cases.hpp"

namespace tensor_conformance_test {

using namespace cuda_test;

namespace {

/// The suite's cases of one operation.
template <class T>
void conforms(const std::string& operation, double share) {
  std::vector<Variant> variants;
  for (const unsigned number : {0u, 1u, 7u})
    variants.push_back({"schedule " + std::to_string(number), [number] { choose_order(number); }});
  report(check_backend<Cuda<T>, Double>({{operation}, share * UNET_CONFORMANCE_SHARE, {}, variants}));
  choose_order(0);
}

}  // namespace

TEST_CASE_TEMPLATE("conv3x3 conforms", T, float, bf16) {
  conforms<T>("conv3x3_forward", 0.1);
  conforms<T>("conv3x3_backward_data", 0.1);
  conforms<T>("conv3x3_backward_weights", 0.1);
}

TEST_CASE_TEMPLATE("up_conv conforms", T, float, bf16) {
  conforms<T>("up_conv_forward", 0.1);
  conforms<T>("up_conv_backward_data", 0.1);
  conforms<T>("up_conv_backward_weights", 0.1);
}

TEST_CASE("strict products stay available") {
  using Strict = Cuda<float, cuda::Products::strict>;
  report(check_backend<Strict, Double>({{"conv3x3_forward/random", "up_conv_forward/random"}, 0.05, {}, {}}));
}

TEST_CASE("channels alone choose") {
  using cuda::tensor::chosen, cuda::tensor::wide;
  static_assert(!chosen(Operation::conv3x3, 1, 32) && chosen(Operation::conv3x3, 32, 32));
  static_assert(!chosen(Operation::conv1x1, 32, 32) && chosen(Operation::up_conv, 64, 32));
  static_assert(!wide(32) && wide(64) && !wide(96) && wide(128));
}

}  // namespace tensor_conformance_test
