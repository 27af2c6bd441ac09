// Loss, IoU and Dice of a model, image by image.
#pragma once
#include <cmath>
#include <functional>
#include <numeric>
#include <vector>

#include "unet/models/model.hpp"
#include "unet/train/batch_reader.hpp"
#include "unet/train/loss.hpp"
#include "unet/train/metrics.hpp"

namespace unet {

struct EvaluateOptions {
  Index batch_size = 8;
  double pos_weight = 1;
  std::function<void(Index batch, Index batches)> on_batch{};  ///< after each batch, counting from 1
  std::function<bool()> should_stop{};                         ///< asked after each batch
};

namespace detail {

/// Forward pass and loss on any backend, the Planner too; x and target lie in backend memory.
template <class Net, class B>
void evaluate_pass(Pass<B>& pass, const Slot<B>& slot, const Tensor<B>& x, const Tensor<B, typename B::Scalar>& target,
                   double pos_weight, double* results) {
  const Activation<B> logits = Net::template forward<B>(pass, slot, Activation<B>(x), nullptr);
  loss<Net, B>(pass.context, logits.parts[0].source.x, target.view, pos_weight, {}, results);
}

/// Copies reports from the backend and reads them.
template <class B>
std::vector<ImageResult> read_reports(typename B::Context& context, const Buffer<B, double>& reports, Index images) {
  const std::vector<double> host = reports.to_host(context);
  const auto each = host.size() / static_cast<std::size_t>(images);
  std::vector<ImageResult> results;
  for (std::size_t i = 0; i < static_cast<std::size_t>(images); ++i)
    results.push_back(image_result(std::span(host).subspan(i * each, each)));
  return results;
}

/// Highest memory use of `pass_on(Pass, Slot, x, target)` on backend B for a batch of this shape, in bytes.
template <class B, class PassOn>
Index planned_bytes(Shape batch, const PassOn& pass_on) {
  using Plan = PlannerOf<B>;
  return planned_peak<Plan>([&](Pass<Plan>& pass, const Slot<Plan>& slot) {
    const Tensor<Plan> x(pass.arena, batch);
    const Tensor<Plan, typename B::Scalar> target(pass.arena, {batch.n, batch.h, batch.w, 1});
    pass_on(pass, slot, x, target);
  });
}

}  // namespace detail

/// Bytes of activations that evaluating a batch of this shape needs.
template <class Net, class B>
Index evaluate_bytes(Shape batch) {
  return detail::planned_bytes<B>(batch, [](auto& pass, auto slot, const auto& x, const auto& target) {
    detail::evaluate_pass<Net>(pass, slot, x, target, 1, nullptr);
  });
}

/// Throws ShapeError unless the batch can be given to the network, OptionError when a target is no mask value or class.
template <class Net>
void check_batch(const Batch& batch) {
  const Shape s = batch.images.shape, expected{s.n, s.h, s.w, 1};
  check_input<Net>(s);
  if (batch.targets.shape != expected)
    throw ShapeError("images of " + to_string(s) + " need targets of " + to_string(expected) + ", but these are " +
                     to_string(batch.targets.shape));
  constexpr int classes = classes_of<Net>;
  for (const float t : batch.targets.values)
    if (classes == 1 ? !(t >= 0 && t <= 1) : !(t >= 0 && t < classes && t == std::floor(t)))
      throw OptionError("a target has the value " + std::to_string(t) + ", but " +
                        (classes == 1 ? std::string("masks are 0 or 1: scale them")
                                      : "class numbers are whole, 0 to " + std::to_string(classes - 1)));
}

/// Results in the order of `batch`'s images. Throws what check_batch throws.
template <class Net, class B>
std::vector<ImageResult> evaluate_batch(Model<Net, B>& model, const Batch& batch, double pos_weight) {
  const Shape s = batch.images.shape;
  check_batch<Net>(batch);
  model.arena().reserve(evaluate_bytes<Net, B>(s));
  Pass<B> pass = model.pass();
  const Tensor<B> x(pass.arena, s);
  const Tensor<B, typename B::Scalar> target(pass.arena, batch.targets.shape);
  upload<B>(pass.context, batch.images.view(), x.view);
  upload<B>(pass.context, batch.targets.view(), target.view);
  Buffer<B, double> reports(s.n * report_size<Net>);
  detail::evaluate_pass<Net>(pass, model.slot(), x, target, pos_weight, reports.data());
  return detail::read_reports<B>(pass.context, reports, s.n);
}

/// Results in the order of the set; fewer when should_stop asked to stop.
template <class Net, class B, SampleSet S>
std::vector<ImageResult> evaluate(Model<Net, B>& model, const S& set, const EvaluateOptions& options = {}) {
  std::vector<Index> order(static_cast<std::size_t>(set.size()));
  std::iota(order.begin(), order.end(), Index{0});
  std::vector<ImageResult> results;
  if (options.batch_size < 1)
    throw OptionError("the batch size must be at least 1, not " + std::to_string(options.batch_size));
  const Index batches = (set.size() + options.batch_size - 1) / options.batch_size;
  BatchReader reader(set, order, options.batch_size);
  for (Index i = 1; !reader.done(); ++i) {
    const std::vector<ImageResult> some = evaluate_batch(model, reader.next(), options.pos_weight);
    results.insert(results.end(), some.begin(), some.end());
    if (options.on_batch) options.on_batch(i, batches);
    if (options.should_stop && options.should_stop()) break;
  }
  return results;
}

}  // namespace unet
