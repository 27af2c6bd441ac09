// Training: Adam on the mean loss of batches, validation after each epoch, the best epoch's values kept.
#pragma once
#include <chrono>

#include "unet/train/evaluate.hpp"
#include "unet/train/options.hpp"
#include "unet/train/progress.hpp"

namespace unet {

/// The loss is no longer a finite number. The trainer's last saved checkpoint is still good.
struct DivergedError : Error {
  using Error::Error;
};

/// Everything that decides how a run goes on, in host memory: see train/checkpoint.hpp.
template <class T>
struct Snapshot {
  TrainOptions options;
  TrainState state;
  Values<T> values, best;  ///< best is empty before the first validation
  std::vector<T> first_moment, second_moment;
};

template <class Net, Backend B>
class Trainer {
 public:
  using T = typename B::Scalar;

  /// Starts from fresh values drawn from the options' seed. Throws OptionError when the options make no sense.
  explicit Trainer(const TrainOptions& options) : Trainer(options, initial_values<Net, T>(options.seed)) {}
  /// Starts from given values.
  Trainer(const TrainOptions& options, const Values<T>& values)
      : options_(options),
        model_(values),
        gradients_(Net::extent.parameters),
        first_moment_(Net::extent.parameters),
        second_moment_(Net::extent.parameters) {
    options_.check();
    state_.plateau.learning_rate = options_.learning_rate;
    model_.keep_packed(false);
    B::fill(model_.context(), first_moment_.data(), first_moment_.size(), T(0));
    B::fill(model_.context(), second_moment_.data(), second_moment_.size(), T(0));
  }

  /// Bytes that training with batches of this shape needs: activations, gradients, parameters, moments and the best epoch.
  static Index memory_bytes(Shape batch) {
    constexpr Index copies = 4 + 1;
    return activation_bytes(batch) + (copies * Net::extent.parameters + 2 * Net::extent.state) * Index{sizeof(T)};
  }

  /// Trains until all epochs are done (true) or a callback asks to stop (false); called again, it goes on where it was.
  /// Throws DivergedError when a loss is not finite, ShapeError when images do not fit the net, OptionError when the batch
  /// is larger than the training set or a target is no mask value or class number, and what the sets throw.
  template <SampleSet Train, SampleSet Validation>
  bool fit(const Train& train, const Validation& validation, const TrainCallbacks& callbacks = {}) {
    check_sets(train.size(), validation.size());
    while (state_.epoch <= options_.epochs) {
      if (!train_epoch(train, callbacks)) return false;
      const Clock::time_point start = Clock::now();
      const std::vector<ImageResult> results = validate(validation, callbacks);
      if (static_cast<Index>(results.size()) < validation.size()) return false;
      state_.seconds += since(start);
      finish_epoch(train.size(), mean(results));
      if (callbacks.on_epoch) callbacks.on_epoch(state_.history.back());
      if (state_.epoch <= options_.epochs && stops(callbacks)) return false;
    }
    return true;
  }

  /// One forward and backward pass and one step of Adam; results of each image before the update.
  std::vector<ImageResult> step(const Batch& batch) {
    const Shape s = batch.images.shape;
    const std::vector<ImageResult> results = compute_gradients(batch);
    if (!std::isfinite(mean(results).loss))
      throw DivergedError("the loss is not finite in epoch " + std::to_string(state_.epoch) + ", after " +
                          std::to_string(state_.samples_done + s.n) + " images (Adam step " +
                          std::to_string(state_.adam_steps + 1) +
                          "); lower the learning rate, or check the images for values that are not numbers");
    AdamStep adam;
    adam.learning_rate = state_.plateau.learning_rate;
    adam.step = ++state_.adam_steps;
    B::adam_step(model_.context(), Net::extent.parameters, gradients_.data(), model_.parameters().data(),
                 first_moment_.data(), second_moment_.data(), adam);
    return results;
  }

  /// Gradients of the batch's mean loss, left in gradients(); updates running statistics but no parameter.
  std::vector<ImageResult> compute_gradients(const Batch& batch) {
    const Shape s = batch.images.shape;
    check_batch<Net>(batch);
    model_.arena().reserve(activation_bytes(s));
    Pass<B> pass{model_.arena(), model_.context()};
    const Tensor<B> x(pass.arena, s);
    const Tensor<B, T> target(pass.arena, batch.targets.shape);
    upload<B>(pass.context, batch.images.view(), x.view);
    upload<B>(pass.context, batch.targets.view(), target.view);
    Buffer<B, double> reports(s.n * report_size<Net>);
    Slot<B> slot = model_.slot();
    slot.gradients = gradients_.data();
    train_pass(pass, slot, x, target, options_.pos_weight, reports.data());
    return detail::read_reports<B>(pass.context, reports, s.n);
  }

  const TrainOptions& options() const { return options_; }
  const TrainState& state() const { return state_; }
  Model<Net, B>& model() { return model_; }
  const Buffer<B>& gradients() const { return gradients_; }

  /// The values of the epoch with the best validation IoU; those of now if no epoch is finished.
  Model<Net, B> best_model() const { return Model<Net, B>(best_.parameters.empty() ? model_.values() : best_); }

  Snapshot<T> snapshot() const {
    return {options_,
            state_,
            model_.values(),
            best_,
            first_moment_.to_host(model_.context()),
            second_moment_.to_host(model_.context())};
  }
  void restore(const Snapshot<T>& from) {
    options_ = from.options;
    state_ = from.state;
    best_ = from.best;
    model_.set_values(from.values);
    first_moment_.from_host(model_.context(), from.first_moment.data());
    second_moment_.from_host(model_.context(), from.second_moment.data());
  }

 private:
  using Clock = std::chrono::steady_clock;
  static double since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }
  static bool stops(const TrainCallbacks& callbacks) { return callbacks.should_stop && callbacks.should_stop(); }

  static Index activation_bytes(Shape batch) {
    return detail::planned_bytes<B>(batch, [](auto& pass, auto slot, const auto& x, const auto& target) {
      train_pass(pass, slot, x, target, 1, nullptr);
    });
  }

  /// Forward, loss and backward on any backend, the Planner too.
  template <class Back>
  static void train_pass(Pass<Back>& pass, const Slot<Back>& slot, const Tensor<Back>& x,
                         const Tensor<Back, typename Back::Scalar>& target, double pos_weight, double* results) {
    typename Net::template Saved<Back> saved;
    const Activation<Back> input(x);
    Gradient<Back> dlogits;
    {
      const Activation<Back> logits = Net::template forward<Back>(pass, slot, input, &saved);
      dlogits = Gradient<Back>(Tensor<Back>(pass.arena, logits.shape()));
      loss<Net, Back>(pass.context, logits.parts[0].source.x, target.view, pos_weight, dlogits.parts[0].view, results);
    }
    Net::template backward<Back>(pass, slot, input, saved, std::move(dlogits), GradientRequest<Back>::nothing());
  }

  void check_sets(Index train, Index validation) const {
    if (train < 1) throw OptionError("the training set is empty");
    if (validation < 1) throw OptionError("the validation set is empty; the best epoch is chosen on it");
    if (options_.batch_size > train)
      throw OptionError("the batch size " + std::to_string(options_.batch_size) +
                        " is larger than the training set of " + std::to_string(train) + " images");
    if (state_.samples_done > train)
      throw OptionError("training stopped after " + std::to_string(state_.samples_done) +
                        " images of an epoch, but the training set has only " + std::to_string(train) +
                        "; resume with the set that it was started with");
  }

  template <SampleSet Train>
  bool train_epoch(const Train& train, const TrainCallbacks& callbacks) {
    std::vector<Index> order(static_cast<std::size_t>(train.size()));
    std::iota(order.begin(), order.end(), Index{0});
    shuffle(order, Random(options_.seed, Purpose::shuffle, static_cast<std::uint32_t>(state_.epoch)));
    const Draw draw{options_.seed, static_cast<std::uint32_t>(state_.epoch)};
    BatchReader reader(train, order, options_.batch_size, state_.samples_done, draw);
    while (!reader.done()) {
      const Clock::time_point start = Clock::now();
      const Batch batch = reader.next();
      const Clock::time_point read = Clock::now();
      const std::vector<ImageResult> results = step(batch);
      state_.step_seconds += since(read);
      state_.seconds += since(start);
      for (const ImageResult& result : results) {
        state_.sum.loss += result.loss;
        state_.sum.iou += result.iou;
        state_.sum.dice += result.dice;
      }
      state_.samples_done += static_cast<Index>(results.size());
      if (callbacks.on_step) callbacks.on_step(report(train.size()));
      if (stops(callbacks)) return false;
    }
    return true;
  }

  StepReport report(Index samples) const {
    const auto done = static_cast<double>(state_.samples_done);
    const Index batch = options_.batch_size;
    return {state_.epoch,
            options_.epochs,
            (state_.samples_done + batch - 1) / batch,
            (samples + batch - 1) / batch,
            state_.sum.loss / done,
            state_.sum.iou / done,
            done / state_.step_seconds,
            false};
  }

  template <SampleSet Validation>
  std::vector<ImageResult> validate(const Validation& validation, const TrainCallbacks& callbacks) {
    EvaluateOptions options{options_.batch_size, options_.pos_weight, {}, [&] { return stops(callbacks); }};
    if (callbacks.on_step)
      options.on_batch = [&](Index batch, Index batches) {
        StepReport now = report(state_.samples_done);
        now.step = batch;
        now.steps = batches;
        now.validating = true;
        callbacks.on_step(now);
      };
    return evaluate(model_, validation, options);
  }

  void finish_epoch(Index samples, const ImageResult& validation) {
    if (!std::isfinite(validation.loss))
      throw DivergedError("the validation loss is not finite after epoch " + std::to_string(state_.epoch) +
                          " (Adam step " + std::to_string(state_.adam_steps) + "); lower the learning rate");
    const auto n = static_cast<double>(samples);
    EpochResult result{state_.epoch,    state_.sum.loss / n,     state_.sum.iou / n,
                       validation.loss, validation.iou,          state_.plateau.learning_rate,
                       state_.seconds,  n / state_.step_seconds, false};
    result.is_best = state_.plateau.step(validation.iou, state_.epoch, options_.plateau);
    if (result.is_best) best_ = model_.values();
    state_.history.push_back(result);
    ++state_.epoch;
    state_.samples_done = 0;
    state_.sum = {};
    state_.seconds = state_.step_seconds = 0;
  }

  TrainOptions options_;
  TrainState state_;
  Model<Net, B> model_;
  Buffer<B> gradients_, first_moment_, second_moment_;
  Values<T> best_;
};

}  // namespace unet
