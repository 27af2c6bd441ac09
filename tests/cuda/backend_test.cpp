// The conformance suite's cases of all operations but the convolutions on tensor cores, which tensor_conformance_test.cpp runs,
// with work that begins at once and late, and in other orders of blocks and threads.
#include "tensor_cases.hpp"

namespace backend_test {

using namespace cuda_test;

namespace {

using Strict = Cuda<float, cuda::Products::strict>;

static_assert(Backend<Cuda<float>> && Backend<Cuda<bf16>> && Backend<Strict>);
static_assert(!Cuda<float>::host_memory && !std::derived_from<Cuda<float>, HostBackend>);

std::vector<Variant> variants() {
  return {{"forward, late", [] { choose_order(0); }},
          {"at random, late", [] { choose_order(5); }},
          {"at random, at once", [] { choose_order(6, true); }}};
}

template <class B>
void conforms(std::vector<std::string> only, double share) {
  report(check_backend<B, Double>({std::move(only), share * UNET_CONFORMANCE_SHARE, {}, variants()}));
  choose_order(0);
}

const std::vector<std::string> no_convolutions = {"allocate", "copy",       "conv1x1", "max_pool", "norm",
                                                  "relu",     "add/random", "loss",    "adam"};

}  // namespace

TEST_CASE_TEMPLATE("memory, order, pooling, normalisation, losses and the optimiser conform", T, float, bf16) {
  conforms<Cuda<T>>(no_convolutions, 0.3);
}

TEST_CASE("convolutions in strict float conform") { conforms<Strict>({"conv3x3", "up_conv"}, 0.1); }

TEST_CASE("convolutions of bf16 maps on CUDA cores conform") {
  conforms<Cuda<bf16, cuda::Products::strict>>({"conv3x3", "up_conv"}, 0.03);
}

}  // namespace backend_test
