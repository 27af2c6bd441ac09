// Training on the mean loss of batches, validation after each epoch, the best epoch's values kept.
#pragma once
#include <chrono>

#include "unet/backends/recordings.hpp"
#include "unet/core/finite.hpp"
#include "unet/train/evaluate.hpp"
#include "unet/train/progress.hpp"
#include "unet/train/snapshot.hpp"

namespace unet {

/// The loss is no longer a finite number. The trainer's last saved checkpoint is still good.
struct DivergedError : Error {
  using Error::Error;
};

/// Loss, Optimiser and Schedule are types with their parameters: see train/policies.hpp. Several ranks (see communicator.hpp)
/// train one net together when each has a Trainer with the same options and values that has joined the others: fit() then
/// gives each a part of every batch, and all of them have the same bits at all times.
template <class Net, Backend B, LossPolicy Loss = DefaultLoss<Net>, OptimiserPolicy Optimiser = Adam,
          SchedulePolicy Schedule = Plateau>
class Trainer {
  static_assert(Loss::fits(classes_of<Net>), "this loss is for another number of logits a pixel than the net gives");

 public:
  using T = typename B::Scalar;
  using Policies = TrainPolicies<Loss, Optimiser, Schedule>;

  /// `given`: any of a Loss, an Optimiser, a Schedule and the Values<T> to start from. What is not given is as the options
  /// say (pos_weight and plateau) or has its own defaults; values are drawn from the options' seed. Throws OptionError when
  /// the options make no sense, ShapeError when there is not the net's number of values.
  template <OneOf<Loss, Optimiser, Schedule, Values<T>>... Given>
  explicit Trainer(const TrainOptions& options, const Given&... given)
      : options_(checked(options)),
        policies_(Policies::from(options, given...)),
        model_(start(options, given...)),
        gradients_(Net::extent.parameters),
        step_(1) {
    state_.learning_rate = options_.learning_rate;
    model_.keep_packed(false);
    for (Buffer<B>& moment : moments_) {
      moment = Buffer<B>(Net::extent.parameters);
      B::fill(model_.context(), moment.data(), moment.size(), T(0));
    }
  }

  /// Trains together with other ranks from now on. The communicator must outlive this.
  void join(Communicator<B>& communicator) {
    communicator_ = &communicator;
    planned_ = {};
    recordings_.clear();
  }

  /// Bytes that training with batches of this shape needs: activations, gradients, parameters, moments, the best epoch, and
  /// two batches.
  static Index memory_bytes(Shape batch) {
    constexpr Index copies = 3 + static_cast<Index>(Optimiser::moments.size());
    return activation_bytes(batch) + 2 * batch_bytes<B>(batch) +
           (copies * Net::extent.parameters + 2 * Net::extent.state) * Index{sizeof(T)};
  }

  /// Trains until all epochs are done (true) or a callback asks to stop (false); called again, it goes on where it was.
  /// Throws DivergedError when a loss is not finite, ShapeError when images do not fit the net, OptionError when the batch
  /// is larger than the training set or a target is no mask value or class number, and what the sets throw. A rank that is
  /// not to blame throws Error; a stop that is asked of one rank stops all.
  template <SampleSet Train, SampleSet Validation>
  bool fit(const Train& train, const Validation& validation, const TrainCallbacks& callbacks = {}) {
    check_sets(train.size(), validation.size());
    planned_steps_ = options_.epochs * steps_of_epoch(train.size());
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

  /// One forward and backward pass and one step of the optimiser; results of each image before the update, of all ranks'
  /// images. Throws DivergedError when the loss is not finite. After an exception (std::bad_alloc, say) running statistics may
  /// have moved on: restore() a snapshot to go on as if nothing had happened.
  std::vector<ImageResult> step(const Batch& batch) { return step_of(put(batch)); }

  /// Gradients of the batch's mean loss, left in gradients(); updates running statistics but no parameter. Of several ranks
  /// each gives its part of the batch.
  std::vector<ImageResult> compute_gradients(const Batch& batch) { return gradients_of(put(batch)); }

  const TrainOptions& options() const { return options_; }
  const Policies& policies() const { return policies_; }
  const TrainState& state() const { return state_; }
  Model<Net, B>& model() { return model_; }
  const Buffer<B>& gradients() const { return gradients_; }

  /// The values of the epoch with the best validation IoU; those of now if no epoch is finished.
  Model<Net, B> best_model() const { return Model<Net, B>(best_.parameters.empty() ? model_.values() : best_); }

  Snapshot<T, Policies> snapshot() const {
    Snapshot<T, Policies> snapshot{options_, policies_, state_, model_.values(), best_, {}};
    for (std::size_t i = 0; i < moments_.size(); ++i) snapshot.moments[i] = moments_[i].to_host(model_.context());
    return snapshot;
  }
  /// Goes on from there, options and policies included. Throws ShapeError when there are not the net's numbers of values and
  /// moments; nothing is changed then.
  void restore(const Snapshot<T, Policies>& from) {
    check_values<Net>(from.values);
    if (!from.best.parameters.empty()) check_values<Net>(from.best);
    for (const std::vector<T>& moment : from.moments)
      if (static_cast<Index>(moment.size()) != Net::extent.parameters)
        throw ShapeError("the net has " + std::to_string(Net::extent.parameters) + " parameters, but there are " +
                         std::to_string(moment.size()) + " of the moments that " + Optimiser::title +
                         " keeps of them; was the snapshot taken of another net?");
    options_ = from.options;
    policies_ = from.policies;
    recordings_.clear();
    state_ = from.state;
    best_ = from.best;
    model_.set_values(from.values);
    for (std::size_t i = 0; i < moments_.size(); ++i) moments_[i].from_host(model_.context(), from.moments[i].data());
  }

 private:
  using Clock = std::chrono::steady_clock;
  static double since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }
  static Communicator<B>& alone() {
    static Alone<B> nobody;
    return nobody;
  }
  bool stops(const TrainCallbacks& callbacks) {
    return any_rank(*communicator_, callbacks.should_stop && callbacks.should_stop());
  }

  static const TrainOptions& checked(const TrainOptions& options) {
    options.check();
    return options;
  }

  /// The values among what is given, or fresh ones.
  static Values<T> start(const TrainOptions& options) { return initial_values<Net, T>(options.seed); }
  template <class First, class... Rest>
  static Values<T> start(const TrainOptions& options, const First& first, const Rest&... rest) {
    if constexpr (std::is_same_v<First, Values<T>>)
      return first;
    else
      return start(options, rest...);
  }

  /// A batch of the caller's, as an argument of the next two.
  auto put(const Batch& batch) {
    return [&]() -> DeviceBatch<B>& {
      detail::put<Net>(batch, model_.context(), given_);
      return given_;
    };
  }

  /// next(): a batch that has been uploaded; what it throws on one rank stops all.
  template <class Next>
  std::vector<ImageResult> step_of(const Next& next) {
    policies_.schedule.before_step(state_, options_.learning_rate, planned_steps_);
    std::vector<ImageResult> results = gradients_of(next);
    if (!is_finite(mean(results).loss))
      throw DivergedError("the loss is not finite in epoch " + std::to_string(state_.epoch) + ", after " +
                          std::to_string(state_.samples_done + static_cast<Index>(results.size())) + " images (" +
                          Optimiser::title + " step " + std::to_string(state_.steps + 1) +
                          "); lower the learning rate, or check the images for values that are not numbers");
    const typename Optimiser::Step step = policies_.optimiser.step(state_.learning_rate, ++state_.steps);
    step_.from_host(model_.context(), &step);
    std::array<T*, Optimiser::moments.size()> moments;
    std::transform(moments_.begin(), moments_.end(), moments.begin(), [](Buffer<B>& moment) { return moment.data(); });
    Optimiser::template apply<B>(model_.context(), Net::extent.parameters, gradients_.data(),
                                 model_.parameters().data(), moments, step_.data());
    return results;
  }

  template <class Next>
  std::vector<ImageResult> gradients_of(const Next& next) {
    const DeviceBatch<B>* batch = nullptr;
    on_all_ranks(*communicator_, [&] {
      batch = &next();
      check_batch<Net>(batch->shape(), batch->host_targets());
      plan(batch->shape());
    });
    const Index images = batch->shape().n;
    Pass<B> pass{model_.arena(), model_.context()};
    const SharedBatch<B> shared{communicator_, total(images_of_ranks(*communicator_, images))};
    pass.shared = &shared;
    Slot<B> slot = model_.slot();
    slot.gradients = gradients_.data();
    const auto issue = [&] {
      train_pass(pass, slot, batch->images(), batch->targets(), policies_.loss, reports_.data(), derivatives_.data());
    };
    if (communicator_->size() == 1)
      recordings_.run(pass.context, recording_key(*batch), issue);
    else
      issue();  // others take part in it
    communicator_->sum_gradients(pass.context, gradients_.data(), gradients_.size());
    return results_of_ranks(*communicator_, detail::read_reports<Net>(pass.context, reports_, images, policies_.loss));
  }

  /// What a pass issues depends on these, and on what changes only with restore() and join().
  std::array<Index, 8> recording_key(const DeviceBatch<B>& batch) {
    const Shape s = batch.shape();
    using detail::key_of;
    return {s.n,
            s.h,
            s.w,
            key_of(model_.arena().base()),
            key_of(batch.images().data),
            key_of(batch.targets().data),
            key_of(reports_.data()),
            key_of(derivatives_.data())};
  }

  static Index total(const std::vector<Index>& images) {
    return std::accumulate(images.begin(), images.end(), Index{0});
  }

  static Index activation_bytes(Shape batch, int ranks = 1) {
    return detail::planned_bytes<B>(batch, [&](auto& pass, auto slot, const auto& images, const auto& targets) {
      Alone<PlannerOf<B>> others(ranks);
      const SharedBatch<PlannerOf<B>> shared{&others, batch.n};
      pass.shared = &shared;
      train_pass(pass, slot, images, targets, Loss{}, nullptr, nullptr);
    });
  }

  /// Makes room for a batch of this shape.
  void plan(Shape batch) {
    if (batch != planned_) {
      planned_bytes_ = activation_bytes(batch, communicator_->size());
      planned_ = batch;
    }
    reserve(batch);
    detail::grow(reports_, batch.n * detail::report_size<Net>(policies_.loss));
    detail::grow(derivatives_, batch.n * loss_derivatives_size(classes_of<Net>, policies_.loss.terms()));
  }

  /// Where the backend knows how much memory is free, OutOfMemory says which batch would have fitted.
  void reserve(Shape batch) {
    if constexpr (requires { B::free_bytes(); }) {
      try {
        model_.arena().reserve(planned_bytes_);
      } catch (const OutOfMemory& error) {
        const Index fits = fitting_batch(batch, B::free_bytes());
        throw OutOfMemory(std::string(error.what()) +
                          (fits > 0 ? "; a batch of " + std::to_string(fits) +
                                          (fits > 1 ? " such images" : " such image") + " would fit"
                                    : "; not even one such image would fit"));
      }
    } else {
      model_.arena().reserve(planned_bytes_);
    }
  }
  /// The largest batch of such images that needs at most so many bytes, of which a tenth is left for what operations need besides.
  Index fitting_batch(Shape batch, Index bytes) const {
    Index fits = 0, too_many = batch.n;
    while (too_many - fits > 1) {
      const Index middle = (fits + too_many) / 2;
      Shape shape = batch;
      shape.n = middle;
      (activation_bytes(shape, communicator_->size()) <= bytes / 10 * 9 ? fits : too_many) = middle;
    }
    return fits;
  }

  /// Forward, loss and backward on any backend, the Planner too.
  template <class Back>
  static void train_pass(Pass<Back>& pass, const Slot<Back>& slot, ConstMapView<Back> images,
                         View<const typename Back::Scalar> targets, const Loss& loss, double* reports,
                         double* derivatives) {
    typename Net::template Saved<Back> saved;
    const Activation<Back> input(images);
    Gradient<Back> dlogits;
    {
      const Activation<Back> logits = Net::template forward<Back>(pass, slot, input, &saved);
      dlogits = Gradient<Back>(Tensor<Back>(pass.arena, logits.shape()));
      compute_loss<Back>(pass.context, loss, logits.parts[0].source.x, targets,
                         static_cast<double>(pass.shared->images), reports, derivatives, dlogits.parts[0].view);
    }
    Net::template backward<Back>(pass, slot, input, saved, std::move(dlogits), GradientRequest<Back>::nothing());
  }

  void check_sets(Index train, Index validation) const {
    if (train < 1) throw OptionError("the training set is empty");
    if (validation < 1) throw OptionError("the validation set is empty; the best epoch is chosen on it");
    if (options_.batch_size > train)
      throw OptionError("the batch size " + std::to_string(options_.batch_size) +
                        " is larger than the training set of " + std::to_string(train) + " images");
    const Index last = train % options_.batch_size, least = last > 0 ? last : options_.batch_size;
    if (least < communicator_->size())
      throw OptionError("the last batch of an epoch has " + std::to_string(least) + " of " + std::to_string(train) +
                        " images, which are too few for " + std::to_string(communicator_->size()) +
                        " ranks; choose another batch size");
    if (state_.samples_done > train)
      throw OptionError("training stopped after " + std::to_string(state_.samples_done) +
                        " images of an epoch, but the training set has only " + std::to_string(train) +
                        "; resume with the set that it was started with");
  }

  Index steps_of_epoch(Index samples) const { return (samples + options_.batch_size - 1) / options_.batch_size; }

  template <SampleSet Train>
  bool train_epoch(const Train& train, const TrainCallbacks& callbacks) {
    std::vector<Index> order(static_cast<std::size_t>(train.size()));
    std::iota(order.begin(), order.end(), Index{0});
    shuffle(order, Random(options_.seed, Purpose::shuffle, static_cast<std::uint32_t>(state_.epoch)));
    const Draw draw{options_.seed, static_cast<std::uint32_t>(state_.epoch)};
    BatchReader<B, Train> reader(train,
                                 {order, options_.batch_size, state_.samples_done, draw, share_of(*communicator_)});
    while (!reader.done()) {
      const Clock::time_point start = Clock::now();
      Clock::time_point read;
      const std::vector<ImageResult> results = step_of([&]() -> DeviceBatch<B>& {
        DeviceBatch<B>& batch = reader.next(model_.context());
        read = Clock::now();
        return batch;
      });
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
    return {state_.epoch,           options_.epochs,       steps_of_epoch(state_.samples_done), steps_of_epoch(samples),
            state_.sum.loss / done, state_.sum.iou / done, done / state_.step_seconds,          false};
  }

  template <SampleSet Validation>
  std::vector<ImageResult> validate(const Validation& validation, const TrainCallbacks& callbacks) {
    EvaluateOptions options{options_.batch_size, 1, {}, [&] { return stops(callbacks); }};
    if (callbacks.on_step)
      options.on_batch = [&](Index batch, Index batches) {
        StepReport now = report(state_.samples_done);
        now.step = batch;
        now.steps = batches;
        now.validating = true;
        callbacks.on_step(now);
      };
    return evaluate(model_, validation, options, policies_.loss, *communicator_);
  }

  void finish_epoch(Index samples, const ImageResult& validation) {
    if (!is_finite(validation.loss))
      throw DivergedError("the validation loss is not finite after epoch " + std::to_string(state_.epoch) + " (" +
                          Optimiser::title + " step " + std::to_string(state_.steps) + "); lower the learning rate");
    const auto n = static_cast<double>(samples);
    const bool is_best = validation.iou > state_.best;  // a tie is not
    state_.history.push_back({state_.epoch, state_.sum.loss / n, state_.sum.iou / n, validation.loss, validation.iou,
                              state_.learning_rate, state_.seconds, n / state_.step_seconds, is_best});
    if (is_best) {
      state_.best = validation.iou;
      state_.best_epoch = state_.epoch;
      best_ = model_.values();
    }
    policies_.schedule.after_epoch(state_, is_best);
    ++state_.epoch;
    state_.samples_done = 0;
    state_.sum = {};
    state_.seconds = state_.step_seconds = 0;
  }

  TrainOptions options_;
  Policies policies_;
  TrainState state_;
  Communicator<B>* communicator_ = &alone();
  Index planned_steps_ = 0;  ///< of the whole run; 0: not known
  Model<Net, B> model_;
  Buffer<B> gradients_;
  std::array<Buffer<B>, Optimiser::moments.size()> moments_;
  Buffer<B, typename Optimiser::Step> step_;
  Buffer<B, double> reports_, derivatives_;
  DeviceBatch<B> given_;  ///< by callers of step() and compute_gradients()
  Shape planned_;         ///< the batch that planned_bytes_ were worked out for
  Index planned_bytes_ = 0;
  [[no_unique_address]] Recordings<B> recordings_;
  Values<T> best_;
};

}  // namespace unet
