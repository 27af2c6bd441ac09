// All checks of a backend, by name.
#pragma once
#include "unet/backends/contract.hpp"
#include "unet/backends/eigen/eigen_backend.hpp"
#include "unet/testing/cases/loss.hpp"
#include "unet/testing/cases/normalisation.hpp"
#include "unet/testing/cases/optimiser.hpp"
#include "unet/testing/checks/loss.hpp"
#include "unet/testing/checks/memory.hpp"
#include "unet/testing/checks/moments.hpp"
#include "unet/testing/checks/nan.hpp"
#include "unet/testing/checks/pooling.hpp"
#include "unet/testing/checks/rectangles.hpp"

namespace unet::testing {

/// One line of the table.
struct Check {
  std::string operation;  ///< as in backends/contract.hpp
  std::string name;
  void (*run)(Checker&);

  std::string full_name() const { return operation + "/" + name; }
};

namespace detail {

template <class B, class Reference, class Case, int Count>
Check drawn(const std::string& operation) {
  return {operation, "random operands", [](Checker& checker) { checker.check_drawn<B, Reference, Case>(Count); }};
}

/// Checks of a convolution, for inference.
template <class B, class Reference, class Calls>
void add_forward_checks(std::vector<Check>& checks) {
  const std::string operation = std::string(Calls::name) + "_forward";
  checks.push_back(drawn<B, Reference, Forward<Calls>, (Calls::padded ? 60 : 40)>(operation));
  checks.push_back({operation, "rectangles", check_rectangles<B, Calls>});
  checks.push_back({operation, "NaN", check_nan_is_kept<B, Reference, Calls>});
  if constexpr (Calls::operation != Operation::up_conv)
    checks.push_back({operation, "moments far from zero", check_moments_far_from_zero<B, Calls>});
}

template <class B, class Reference, class Calls>
void add_backward_checks(std::vector<Check>& checks) {
  const std::string name = Calls::name;
  checks.push_back(drawn<B, Reference, BackwardData<Calls>, 40>(name + "_backward_data"));
  checks.push_back(drawn<B, Reference, BackwardWeights<Calls>, 40>(name + "_backward_weights"));
}

}  // namespace detail

/// The checks of all operations that B has: of inference, and of training if it has those. Numbers are compared with those
/// of the backend Reference.
template <InferenceBackend B, Backend Reference = EigenBackend<double>>
std::vector<Check> checks_of() {
  using detail::drawn;
  std::vector<Check> checks = {{"allocate", "alignment", check_allocation<B>},
                               {"copy", "fill and copy", check_fill_and_copy<B>},
                               {"copy", "order", check_order<B>}};
  detail::add_forward_checks<B, Reference, Conv3x3Calls>(checks);
  detail::add_forward_checks<B, Reference, UpConvCalls>(checks);
  detail::add_forward_checks<B, Reference, Conv1x1Calls>(checks);
  checks.push_back(drawn<B, Reference, MaxPoolForward, 30>("max_pool_forward"));
  checks.push_back({"max_pool_forward", "rectangles", check_rectangles_of_maps<B>});
  checks.push_back({"max_pool_forward", "NaN", check_nan_is_pooled<B>});
  checks.push_back(drawn<B, Reference, NormScaleShift, 20>("norm_scale_shift"));
  checks.push_back(drawn<B, Reference, Normalise, 20>("normalise"));
  if constexpr (BackwardOperations<B>) {
    detail::add_backward_checks<B, Reference, Conv3x3Calls>(checks);
    detail::add_backward_checks<B, Reference, UpConvCalls>(checks);
    detail::add_backward_checks<B, Reference, Conv1x1Calls>(checks);
    checks.push_back(drawn<B, Reference, MaxPoolBackward, 30>("max_pool_backward"));
    checks.push_back({"max_pool_backward", "ties", check_pooling_ties<B>});
    checks.push_back(drawn<B, Reference, NormUpdateRunning, 30>("norm_update_running"));
    checks.push_back({"norm_merge_moments", "parts", check_merged_moments<B>});
    checks.push_back(drawn<B, Reference, NormBackward, 60>("norm_backward"));
    checks.push_back(drawn<B, Reference, ReluBackward, 20>("relu_backward"));
    checks.push_back(drawn<B, Reference, Add, 20>("add"));
  }
  if constexpr (LossOperations<B>) {
    checks.push_back(drawn<B, Reference, SumsOfLoss, 40>("loss_sums"));
    checks.push_back({"loss_sums", "counted pixels", check_loss_counts<B>});
    checks.push_back({"loss_sums", "extreme logits of one class", check_extreme_binary_logits<B>});
    checks.push_back({"loss_sums", "extreme logits of several classes", check_extreme_softmax_logits<B>});
    checks.push_back({"loss_derivatives", "any loss", check_loss_derivatives<B>});
    checks.push_back(drawn<B, Reference, GradientOfLoss, 40>("loss_gradient"));
  }
  if constexpr (OptimiserOperations<B>) checks.push_back(drawn<B, Reference, Adam, 30>("adam_step"));
  return checks;
}

}  // namespace unet::testing
