// Loss, IoU and Dice of a model, image by image.
#pragma once
#include <cmath>
#include <functional>
#include <numeric>
#include <vector>

#include "unet/core/finite.hpp"
#include "unet/models/model.hpp"
#include "unet/train/batch_reader.hpp"
#include "unet/train/loss.hpp"
#include "unet/train/metrics.hpp"

namespace unet {

struct EvaluateOptions {
  Index batch_size = 8;
  double pos_weight = 1;                                       ///< of the default loss
  std::function<void(Index batch, Index batches)> on_batch{};  ///< after each batch, counting from 1
  std::function<bool()> should_stop{};                         ///< asked after each batch
};

namespace detail {

/// Forward pass and loss on any backend, the Planner too; images and targets lie in backend memory.
template <class Net, class B, class Loss>
void evaluate_pass(Pass<B>& pass, const Slot<B>& slot, ConstMapView<B> images, View<const typename B::Scalar> targets,
                   const Loss& loss, double* reports) {
  const Activation<B> logits = Net::template forward<B>(pass, slot, Activation<B>(images), nullptr);
  B::loss_sums(pass.context, logits.parts[0].source.x, targets, loss.terms(), reports);
}

/// Doubles in the report of an image.
template <class Net, class Loss>
Index report_size(const Loss& loss) {
  return loss_report_size(classes_of<Net>, loss.terms());
}

/// Copies the first `images` reports from the backend and reads them.
template <class Net, class B, class Loss>
std::vector<ImageResult> read_reports(typename B::Context& context, const Buffer<B, double>& reports, Index images,
                                      const Loss& loss) {
  const Index each = report_size<Net>(loss);
  std::vector<double> host(static_cast<std::size_t>(images * each));
  B::copy_to_host(context, reports.data(), host.data(), images * each * Index{sizeof(double)});
  std::vector<ImageResult> results;
  for (Index i = 0; i < images; ++i) {
    const LossSums sums{host.data() + i * each, classes_of<Net>};
    results.push_back(image_result(loss.value(sums), sums));
  }
  return results;
}

/// Highest memory use of `pass_on(Pass, Slot, images, targets)` on backend B for a batch of this shape, in bytes, without the
/// batch itself.
template <class B, class PassOn>
Index planned_bytes(Shape batch, const PassOn& pass_on) {
  using Plan = PlannerOf<B>;
  return planned_peak<Plan>([&](Pass<Plan>& pass, const Slot<Plan>& slot) {
    pass_on(pass, slot, ConstMapView<Plan>(nullptr, batch),
            View<const typename B::Scalar>(nullptr, {batch.n, batch.h, batch.w, 1}));
  });
}

}  // namespace detail

/// Bytes of activations that evaluating a batch of this shape needs, without the batch itself.
template <class Net, class B>
Index evaluate_bytes(Shape batch) {
  return detail::planned_bytes<B>(batch, [](auto& pass, auto slot, const auto& images, const auto& targets) {
    detail::evaluate_pass<Net>(pass, slot, images, targets, DefaultLoss<Net>{}, nullptr);
  });
}

/// Throws ShapeError unless such images can be given to the network, OptionError when a target is no mask value or class.
/// targets: in host memory, dense.
template <class Net, class T>
void check_batch(Shape images, View<const T> targets) {
  const Shape expected{images.n, images.h, images.w, 1};
  check_input<Net>(images);
  if (targets.shape != expected)
    throw ShapeError("images of " + to_string(images) + " need targets of " + to_string(expected) + ", but these are " +
                     to_string(targets.shape));
  constexpr int classes = classes_of<Net>;
  for (const T t : std::span(targets.data, static_cast<std::size_t>(expected.size())))
    if (!is_finite(static_cast<double>(t)) || t < 0 || (classes == 1 ? t > 1 : t >= classes || t != std::floor(t)))
      throw OptionError("a target has the value " + std::to_string(t) + ", but " +
                        (classes == 1 ? std::string("masks are 0 or 1: scale them")
                                      : "class numbers are whole, 0 to " + std::to_string(classes - 1)));
}

template <class Net>
void check_batch(const Batch& batch) {
  check_batch<Net>(batch.images.shape, batch.targets.view());
}

namespace detail {

/// A batch of the caller's in backend memory, after checks.
template <class Net, class B>
void put(const Batch& batch, typename B::Context& context, DeviceBatch<B>& to) {
  check_batch<Net>(batch);
  to.wait();
  to.fill(batch);
  to.upload(context);
  to.await(context);
}

/// reports: kept by the caller from one batch to the next.
template <class Net, class B, class Loss>
std::vector<ImageResult> evaluate_batch(Model<Net, B>& model, const DeviceBatch<B>& batch, const Loss& loss,
                                        Buffer<B, double>& reports) {
  static_assert(Loss::fits(classes_of<Net>), "this loss is for another number of logits a pixel than the net gives");
  const Shape s = batch.shape();
  const OneUser::Use in_use = model.use();
  model.arena().reserve(evaluate_bytes<Net, B>(s));
  Pass<B> pass = model.pass();
  grow(reports, s.n * report_size<Net>(loss));
  evaluate_pass<Net>(pass, model.slot(), batch.images(), batch.targets(), loss, reports.data());
  return read_reports<Net>(pass.context, reports, s.n, loss);
}

}  // namespace detail

/// Results in the order of `batch`'s images. Throws what check_batch throws.
template <class Net, class B, LossPolicy Loss>
std::vector<ImageResult> evaluate_batch(Model<Net, B>& model, const Batch& batch, const Loss& loss) {
  Buffer<B, double> reports;
  DeviceBatch<B> there;
  detail::put<Net>(batch, model.context(), there);
  return detail::evaluate_batch(model, there, loss, reports);
}
/// The same with the default loss.
template <class Net, class B>
std::vector<ImageResult> evaluate_batch(Model<Net, B>& model, const Batch& batch, double pos_weight) {
  return evaluate_batch(model, batch, default_loss<Net>(pos_weight));
}

/// Results in the order of the set; fewer when should_stop asked to stop. options.pos_weight is not looked at. Several ranks
/// share each batch; all get all results, and should_stop must answer all the same.
template <class Net, class B, SampleSet S, LossPolicy Loss>
std::vector<ImageResult> evaluate(Model<Net, B>& model, const S& set, const EvaluateOptions& options, const Loss& loss,
                                  Communicator<B>& communicator) {
  std::vector<Index> order(static_cast<std::size_t>(set.size()));
  std::iota(order.begin(), order.end(), Index{0});
  std::vector<ImageResult> results;
  if (options.batch_size < 1)
    throw OptionError("the batch size must be at least 1, not " + std::to_string(options.batch_size));
  const Index batches = (set.size() + options.batch_size - 1) / options.batch_size;
  BatchReader<B, S> reader(set, {order, options.batch_size, 0, {}, share_of(communicator)});
  Buffer<B, double> reports;
  for (Index i = 1; !reader.done(); ++i) {
    std::vector<ImageResult> some;
    on_all_ranks(communicator, [&] {
      const DeviceBatch<B>& batch = reader.next(model.context());
      if (batch.shape().n == 0) return;
      check_batch<Net>(batch.shape(), batch.host_targets());
      some = detail::evaluate_batch(model, batch, loss, reports);
    });
    some = results_of_ranks(communicator, some);
    results.insert(results.end(), some.begin(), some.end());
    if (options.on_batch) options.on_batch(i, batches);
    if (options.should_stop && options.should_stop()) break;
  }
  return results;
}
template <class Net, class B, SampleSet S, LossPolicy Loss>
std::vector<ImageResult> evaluate(Model<Net, B>& model, const S& set, const EvaluateOptions& options,
                                  const Loss& loss) {
  Alone<B> alone;
  return evaluate(model, set, options, loss, static_cast<Communicator<B>&>(alone));
}
/// The same with the default loss.
template <class Net, class B, SampleSet S>
std::vector<ImageResult> evaluate(Model<Net, B>& model, const S& set, const EvaluateOptions& options = {}) {
  return evaluate(model, set, options, default_loss<Net>(options.pos_weight));
}

}  // namespace unet
