// The conformance test: every operation of a backend against EigenBackend<double>. A new backend adds a file that includes
// its header and this one, says
//   TEST_CASE_TEMPLATE_INVOKE(conformance, unet::MyBackend<float>);
// and is registered in tests/CMakeLists.txt. Everything goes through the backend's own memory and copies, so the host need
// not be able to read it.
#pragma once
#include "convolution.hpp"
#include "losses.hpp"
#include "normalisation.hpp"
#include "pooling.hpp"
#include "rectangles.hpp"

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
  SUBCASE("max pooling forward") { check_cases<B, MaxPoolForward>(30); }
  SUBCASE("max pooling backward") { check_cases<B, MaxPoolBackward>(30); }
  SUBCASE("max pooling, ties") { check_pooling_ties<B>(); }
  SUBCASE("normalisation, scale and shift") { check_cases<B, NormScaleShift>(20); }
  SUBCASE("normalisation, running statistics") { check_cases<B, NormUpdateRunning>(30); }
  SUBCASE("normalisation and ReLU backward") { check_cases<B, NormBackward>(60); }
  SUBCASE("moments far from zero") { check_moments_far_from_zero<B>(); }
  SUBCASE("ReLU backward") { check_cases<B, ReluBackward>(20); }
  SUBCASE("normalise") { check_cases<B, Normalise>(20); }
  SUBCASE("add") { check_cases<B, Add>(20); }
  SUBCASE("memory") { check_memory<B>(); }
  SUBCASE("losses") { check_cases<B, Loss>(40); }
  SUBCASE("losses, counted pixels") { check_loss_counts<B>(); }
  SUBCASE("losses, extreme logits") { check_extreme_logits<B>(); }
  SUBCASE("Adam") { check_cases<B, Adam>(30); }
  SUBCASE("rectangles, 3x3 convolution") { check_rectangles<B, Conv3x3>(); }
  SUBCASE("rectangles, up-convolution") { check_rectangles<B, UpConv>(); }
  SUBCASE("rectangles, 1x1 convolution") { check_rectangles<B, Conv1x1>(); }
  SUBCASE("rectangles, max pooling and normalise") { check_rectangles_of_maps<B>(); }
  SUBCASE("NaN, 3x3 convolution") { check_nan_is_kept<B, Conv3x3>(); }
  SUBCASE("NaN, up-convolution") { check_nan_is_kept<B, UpConv>(); }
  SUBCASE("NaN, 1x1 convolution") { check_nan_is_kept<B, Conv1x1>(); }
}
