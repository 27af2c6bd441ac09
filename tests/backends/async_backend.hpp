// A backend that is to the library what a graphics processor is: it computes beside the host, in the order of each context, in
// memory that the host can not read. Whoever reads it, forgets to wait, or lets host memory go too early fails on it.
#pragma once
#include <set>
#include <vector>

#include "async_memory.hpp"
#include "async_queue.hpp"
#include "unet/backends/contract.hpp"

/// Computes what Inner, a backend in host memory, computes. Operands are taken when an operation is issued, memory is read when
/// it runs.
template <class Inner>
struct Async {
  using T = typename Inner::Storage;
  using S = typename Inner::Scalar;
  using Storage = T;
  using Scalar = S;
  using Context = async::Context;
  using Event = async::Event;
  using Index = unet::Index;
  using Input = unet::Input<T, S>;
  using Source = unet::Source<T, S>;
  using InputGradient = unet::InputGradient<T>;
  using Moments = unet::Moments<S>;
  using In = unet::View<const T>;
  using Out = unet::View<T>;
  static constexpr const char* name = "async";
  static constexpr bool host_memory = false;

  // ---- memory ---------------------------------------------------------------------------------------------------------
  static void* allocate(Index bytes) { return async::Memory::get().allocate(bytes); }
  static void deallocate(void* memory) {
    if (!memory) return;
    async::Queue::wait_for_all();
    async::Memory::get().deallocate(memory);
  }
  static void* allocate_host(Index bytes) {
    void* const memory = Inner::allocate(bytes);
    const std::lock_guard lock(pinned_mutex());
    return pinned()[memory] = bytes, memory;
  }
  static void deallocate_host(void* memory) {
    const std::lock_guard lock(pinned_mutex());
    pinned().erase(memory);
    Inner::deallocate(memory);
  }

  // ---- order ----------------------------------------------------------------------------------------------------------
  static void copy_to_host(Context& context, const void* from, void* to, Index bytes) {
    if (bytes > 0)
      context.push([=, from = at(bytes_at(from))] { std::memcpy(to, from, static_cast<std::size_t>(bytes)); });
    context.finish();
  }
  static void copy_to_backend(Context& context, const void* from, void* to, Index bytes) {
    if (bytes <= 0) return;
    const char* const first = static_cast<const char*>(from);
    context.push([values = std::vector<char>(first, first + bytes), to = at(bytes_at(to))] {
      std::memcpy(to, values.data(), values.size());
    });
  }
  /// Throws std::logic_error when `from` is not from allocate_host.
  static void copy_to_backend_async(Context& context, const void* from, void* to, Index bytes) {
    if (bytes <= 0) return;
    {
      const std::lock_guard lock(pinned_mutex());
      auto after = pinned().upper_bound(const_cast<void*>(from));
      const char* const end = static_cast<const char*>(from) + bytes;
      if (after == pinned().begin() || static_cast<char*>((--after)->first) + after->second < end)
        throw std::logic_error("an asynchronous copy was given memory that is not from allocate_host");
    }
    context.push([=, to = at(bytes_at(to))] { std::memcpy(to, from, static_cast<std::size_t>(bytes)); });
  }
  static void copy(Context& context, const void* from, void* to, Index bytes) {
    if (bytes > 0)
      context.push([=, from = at(bytes_at(from)), to = at(bytes_at(to))] {
        std::memcpy(to, from, static_cast<std::size_t>(bytes));
      });
  }
  template <class Value>
  static void fill(Context& context, Value* data, Index elements, Value value) {
    if (elements > 0) context.push([=, data = at(data)] { std::fill_n(data, elements, value); });
  }
  static Event record(Context& context) { return context.record(); }
  static void wait(Event event) { event.wait(); }
  static void wait(Context& context, Event event) {
    context.push([event] { event.wait(); });
  }

  // ---- operations -----------------------------------------------------------------------------------------------------
  static constexpr Index pixel_alignment(unet::Operation operation) { return Inner::pixel_alignment(operation); }
  static Index pack_bytes(unet::WeightShape shape) { return Inner::pack_bytes(shape); }
  static void pack(Context& context, unet::WeightShape shape, const S* w, void* to) {
    issue(context, [=, w = at(w), to = at(bytes_at(to))](auto& inner) { Inner::pack(inner, shape, w, to); });
  }

  static void conv3x3_forward(Context& context, const Input& x, unet::Weights<S> w, Out y, unet::Padding padding,
                              const unet::Epilogue<S>& epilogue) {
    issue(context, [=, x = at(x), w = at(w), y = at(y), epilogue = at(epilogue)](auto& inner) {
      Inner::conv3x3_forward(inner, x, w, y, padding, epilogue);
    });
  }
  static void conv3x3_backward_data(Context& context, In dz, const S* w, const InputGradient& dx) {
    issue(context,
          [=, dz = at(dz), w = at(w), dx = at(dx)](auto& inner) { Inner::conv3x3_backward_data(inner, dz, w, dx); });
  }
  static void conv3x3_backward_weights(Context& context, const Input& x, In dz, S* dw, S* dbias) {
    issue(context, [=, x = at(x), dz = at(dz), dw = at(dw), dbias = at(dbias)](auto& inner) {
      Inner::conv3x3_backward_weights(inner, x, dz, dw, dbias);
    });
  }
  static void up_conv_forward(Context& context, const Input& x, unet::Weights<S> w, Out y,
                              const unet::Epilogue<S>& epilogue) {
    issue(context, [=, x = at(x), w = at(w), y = at(y), epilogue = at(epilogue)](auto& inner) {
      Inner::up_conv_forward(inner, x, w, y, epilogue);
    });
  }
  static void up_conv_backward_data(Context& context, In dz, const S* w, const InputGradient& dx) {
    issue(context,
          [=, dz = at(dz), w = at(w), dx = at(dx)](auto& inner) { Inner::up_conv_backward_data(inner, dz, w, dx); });
  }
  static void up_conv_backward_weights(Context& context, const Input& x, In dz, S* dw, S* dbias) {
    issue(context, [=, x = at(x), dz = at(dz), dw = at(dw), dbias = at(dbias)](auto& inner) {
      Inner::up_conv_backward_weights(inner, x, dz, dw, dbias);
    });
  }
  static void conv1x1_forward(Context& context, const Input& x, unet::Weights<S> w, Out y,
                              const unet::Epilogue<S>& epilogue) {
    issue(context, [=, x = at(x), w = at(w), y = at(y), epilogue = at(epilogue)](auto& inner) {
      Inner::conv1x1_forward(inner, x, w, y, epilogue);
    });
  }
  static void conv1x1_backward_data(Context& context, In dz, const S* w, const InputGradient& dx) {
    issue(context,
          [=, dz = at(dz), w = at(w), dx = at(dx)](auto& inner) { Inner::conv1x1_backward_data(inner, dz, w, dx); });
  }
  static void conv1x1_backward_weights(Context& context, const Input& x, In dz, S* dw, S* dbias) {
    issue(context, [=, x = at(x), dz = at(dz), dw = at(dw), dbias = at(dbias)](auto& inner) {
      Inner::conv1x1_backward_weights(inner, x, dz, dw, dbias);
    });
  }
  static void max_pool_forward(Context& context, const Source& x, Out y) {
    issue(context, [x = at(x), y = at(y)](auto& inner) { Inner::max_pool_forward(inner, x, y); });
  }
  static void max_pool_backward(Context& context, const Source& x, In dy, Out dx, bool accumulate) {
    issue(context, [=, x = at(x), dy = at(dy), dx = at(dx)](auto& inner) {
      Inner::max_pool_backward(inner, x, dy, dx, accumulate);
    });
  }
  static void norm_scale_shift(Context& context, const S* mean, const S* variance, const S* gamma, const S* beta,
                               Index channels, double epsilon, S* scale, S* shift) {
    issue(context, [=, mean = at(mean), variance = at(variance), gamma = at(gamma), beta = at(beta), scale = at(scale),
                    shift = at(shift)](auto& inner) {
      Inner::norm_scale_shift(inner, mean, variance, gamma, beta, channels, epsilon, scale, shift);
    });
  }
  static void norm_update_running(Context& context, Moments moments, Index channels, Index count, double momentum,
                                  S* mean, S* variance) {
    issue(context, [=, moments = at(moments), mean = at(mean), variance = at(variance)](auto& inner) {
      Inner::norm_update_running(inner, moments, channels, count, momentum, mean, variance);
    });
  }
  static void norm_gather_moments(Context& context, Moments moments, Index channels, Index count, int rank, int ranks,
                                  double* all) {
    issue(context, [=, moments = at(moments), all = at(all)](auto& inner) {
      Inner::norm_gather_moments(inner, moments, channels, count, rank, ranks, all);
    });
  }
  static void norm_merge_moments(Context& context, const double* all, int ranks, Index channels, Moments moments) {
    issue(context, [=, all = at(all), moments = at(moments)](auto& inner) {
      Inner::norm_merge_moments(inner, all, ranks, channels, moments);
    });
  }
  static void norm_backward_sums(Context& context, const Source& y, In g, Moments moments, double* sums) {
    issue(context, [y = at(y), g = at(g), moments = at(moments), sums = at(sums)](auto& inner) {
      Inner::norm_backward_sums(inner, y, g, moments, sums);
    });
  }
  static void norm_backward_apply(Context& context, const Source& y, Out g, Moments moments, const S* gamma,
                                  double epsilon, Index count, const double* sums, unet::Activate before, S* dgamma,
                                  S* dbeta) {
    issue(context, [=, y = at(y), g = at(g), moments = at(moments), gamma = at(gamma), sums = at(sums),
                    dgamma = at(dgamma), dbeta = at(dbeta)](auto& inner) {
      Inner::norm_backward_apply(inner, y, g, moments, gamma, epsilon, count, sums, before, dgamma, dbeta);
    });
  }
  static void relu_backward(Context& context, In r, Out g) {
    issue(context, [r = at(r), g = at(g)](auto& inner) { Inner::relu_backward(inner, r, g); });
  }
  template <class Value>
  static void normalise(Context& context, const Source& x, unet::View<Value> y) {
    issue(context, [x = at(x), y = at(y)](auto& inner) { Inner::normalise(inner, x, y); });
  }
  static void add(Context& context, In x, Out y) {
    issue(context, [x = at(x), y = at(y)](auto& inner) { Inner::add(inner, x, y); });
  }
  static void loss_sums(Context& context, In logits, unet::View<const S> target, const unet::LossTerms& terms,
                        double* reports) {
    issue(context, [=, logits = at(logits), target = at(target), reports = at(reports)](auto& inner) {
      Inner::loss_sums(inner, logits, target, terms, reports);
    });
  }
  template <class Loss>
  static void loss_derivatives(Context& context, const Loss& loss, const double* reports, Index images, Index classes,
                               double* derivatives) {
    issue(context, [=, reports = at(reports), derivatives = at(derivatives)](auto& inner) {
      Inner::loss_derivatives(inner, loss, reports, images, classes, derivatives);
    });
  }
  static void loss_gradient(Context& context, In logits, unet::View<const S> target, const unet::LossTerms& terms,
                            double images, const double* derivatives, Out dlogits) {
    issue(context,
          [=, logits = at(logits), target = at(target), derivatives = at(derivatives), dlogits = at(dlogits)](
              auto& inner) { Inner::loss_gradient(inner, logits, target, terms, images, derivatives, dlogits); });
  }
  static void adam_step(Context& context, Index elements, const S* gradients, S* parameters, S* first, S* second,
                        const unet::AdamStep* step) {
    issue(context, [=, gradients = at(gradients), parameters = at(parameters), first = at(first), second = at(second),
                    step = at(step)](auto& inner) {
      Inner::adam_step(inner, elements, gradients, parameters, first, second, step);
    });
  }

 private:
  static std::map<void*, Index>& pinned() {
    static std::map<void*, Index> memory;  // its sizes by start
    return memory;
  }
  static std::mutex& pinned_mutex() {
    static std::mutex mutex;
    return mutex;
  }

  /// Lets the context's thread call run(context of Inner).
  template <class Run>
  static void issue(Context& context, Run run) {
    context.push([run] {
      typename Inner::Context inner;
      run(inner);
    });
  }

  // Operands as the context's thread finds them.

  static char* bytes_at(void* address) { return static_cast<char*>(address); }
  static const char* bytes_at(const void* address) { return static_cast<const char*>(address); }
  template <class E>
  static E* at(E* address) {
    return async::Memory::get().open(address);
  }
  /// The last of a view is looked at as well: an empty one has none, and may begin where its memory ends.
  template <class E>
  static unet::View<E> at(unet::View<E> view) {
    if (view.shape.size() == 0) return {nullptr, view.shape, view.strides};
    at(view.at(view.shape.n - 1, view.shape.h - 1, view.shape.w - 1) + view.shape.c - 1);
    view.data = at(view.data);
    return view;
  }
  static Source at(Source source) {
    source.x = at(source.x);
    source.scale = at(source.scale);
    source.shift = at(source.shift);
    source.mean = at(source.mean);
    return source;
  }
  static Input at(Input x) {
    for (int p = 0; p < x.count; ++p) x.parts[p] = at(x.parts[p]);
    return x;
  }
  static InputGradient at(InputGradient dx) {
    for (int p = 0; p < dx.count; ++p) dx.parts[p] = at(dx.parts[p]);
    return dx;
  }
  static Moments at(Moments moments) { return {at(moments.mean), at(moments.variance)}; }
  static unet::Epilogue<S> at(unet::Epilogue<S> epilogue) {
    return {at(epilogue.bias), epilogue.activate, at(epilogue.moments)};
  }
  static unet::Weights<S> at(unet::Weights<S> w) { return {at(w.values), at(bytes_at(w.packed))}; }
};
