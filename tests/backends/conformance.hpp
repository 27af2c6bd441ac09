// The conformance test: every operation of a backend against EigenBackend<double>. A new backend adds a file that includes
// its header and this one, says
//   TEST_CASE_TEMPLATE_INVOKE(conformance, unet::MyBackend<float>);
// and is registered in tests/CMakeLists.txt. Everything goes through the backend's own memory and copies, so the host need
// not be able to read it.
#pragma once
#include "convolution.hpp"

TEST_CASE_TEMPLATE_DEFINE("conformance", B, conformance) {
  using namespace conformance;
  static_assert(unet::Backend<B>);

  SUBCASE("3x3 convolution forward") { check_cases<B, Forward<Conv3x3>>(60); }
  SUBCASE("3x3 convolution backward-data") { check_cases<B, BackwardData<Conv3x3>>(40); }
  SUBCASE("3x3 convolution backward-weights") { check_cases<B, BackwardWeights<Conv3x3>>(40); }
  SUBCASE("up-convolution forward") { check_cases<B, Forward<UpConv>>(40); }
  SUBCASE("up-convolution backward-data") { check_cases<B, BackwardData<UpConv>>(40); }
  SUBCASE("up-convolution backward-weights") { check_cases<B, BackwardWeights<UpConv>>(40); }
  SUBCASE("1x1 convolution forward") { check_cases<B, Forward<Conv1x1>>(40); }
  SUBCASE("1x1 convolution backward-data") { check_cases<B, BackwardData<Conv1x1>>(40); }
  SUBCASE("1x1 convolution backward-weights") { check_cases<B, BackwardWeights<Conv1x1>>(40); }
}
