// The conformance suite's cases of convolutions on tensor cores, under several orders of threads.
#include "tensor_cases.hpp"

using namespace simt_test;

namespace {

/// The suite's cases of one operation.
template <class T>
void conforms(const std::string& operation, double share) {
  std::vector<Variant> variants;
  for (const unsigned number : {0u, 1u, 7u})
    variants.push_back({"schedule " + std::to_string(number), [number] { simt::schedule = number; }});
  report(check_backend<Cuda<T>, Double>({{operation}, share, {}, variants}));
  simt::schedule = 0;
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
