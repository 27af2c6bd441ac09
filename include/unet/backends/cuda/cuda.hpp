// The backend for NVIDIA GPUs. Include it in sources that nvcc compiles.
#pragma once
#include <string>

#include "unet/backends/contract.hpp"
#include "unet/backends/cuda/conv/strict.hpp"
#include "unet/backends/cuda/conv/tensor/conv3x3.hpp"
#include "unet/backends/cuda/conv/tensor/conv3x3_weights.hpp"
#include "unet/backends/cuda/conv/tensor/up_conv.hpp"
#include "unet/backends/cuda/conv/tensor/up_conv_weights.hpp"
#include "unet/backends/cuda/ops/elementwise.hpp"
#include "unet/backends/cuda/ops/loss.hpp"
#include "unet/backends/cuda/ops/max_pool.hpp"
#include "unet/backends/cuda/ops/norm.hpp"
#include "unet/backends/cuda/ops/optimiser.hpp"
#include "unet/backends/cuda/runtime/recordings.hpp"

namespace unet {

namespace cuda {
/// What convolutions multiply with. Tensor cores take floats as TF32, with 11 bits of each factor, and with bf16 maps weights as
/// bf16; sums are in float. What they would not do faster, and all with `strict`, is done by CUDA cores in float.
enum class Products { tensor_cores, strict };
}  // namespace cuda

/// Device memory of the device that cuda::use_device() chose, the first one unless it was called. Computes in float and stores
/// feature maps and their gradients in T: float, or bf16. See backends/contract.hpp for the operations. The same bits in every run.
/// Throws DeviceError when a call or a kernel fails, OutOfMemory when an allocation does.
template <class T = float, cuda::Products P = cuda::Products::tensor_cores>
struct Cuda {
  static_assert(std::is_same_v<T, float> || std::is_same_v<T, bf16>,
                "Cuda<T>: the kernels are for maps of float or bf16");
  using Storage = T;
  using Scalar = float;
  using Context = cuda::Context;
  using Event = cuda::Event;
  using Recordings = cuda::Recordings;
  using In = View<const T>;
  static constexpr const char* name = P == cuda::Products::strict
                                          ? (std::is_same_v<T, float> ? "cuda strict" : "cuda bf16 strict")
                                          : (std::is_same_v<T, float> ? "cuda" : "cuda bf16");
  static constexpr bool host_memory = false;

  // ---- memory ---------------------------------------------------------------------------------------------------------
  static void* allocate(Index bytes) { return cuda::allocate(bytes); }
  static void deallocate(void* memory) { cuda::deallocate(memory); }
  /// Of the device.
  static Index free_bytes() { return cuda::free_bytes(); }
  static void* allocate_host(Index bytes) { return cuda::allocate_host(bytes); }
  static void deallocate_host(void* memory) { cuda::deallocate_host(memory); }

  // ---- order ----------------------------------------------------------------------------------------------------------
  static void copy_to_host(Context& context, const void* from, void* to, Index bytes) {
    if (bytes > 0) transfer(context, to, from, bytes, cudaMemcpyDeviceToHost, "copying to the host");
    cuda::check(cudaStreamSynchronize(context.stream()), "computing on the device");
  }
  /// The runtime stages memory that is not pinned before it returns; what is pinned must be waited for.
  static void copy_to_backend(Context& context, const void* from, void* to, Index bytes) {
    if (bytes <= 0) return;
    transfer(context, to, from, bytes, cudaMemcpyHostToDevice, "copying to the device");
    cuda::check(cudaStreamSynchronize(context.stream()), "copying to the device");
  }
  static void copy_to_backend_async(Context& context, const void* from, void* to, Index bytes) {
    if (bytes > 0) transfer(context, to, from, bytes, cudaMemcpyHostToDevice, "copying to the device");
  }
  static void copy(Context& context, const void* from, void* to, Index bytes) {
    if (bytes > 0) transfer(context, to, from, bytes, cudaMemcpyDeviceToDevice, "copying on the device");
  }
  template <class Value>
  static void fill(Context& context, Value* data, Index elements, Value value) {
    cuda::for_elements(context, "fill", elements, cuda::Fill<Value>{data, value});
  }
  static Event record(Context& context) { return Event(context.stream()); }
  static void wait(const Event& event) { event.wait(); }
  static void wait(Context& context, const Event& event) { event.wait(context.stream()); }

  // ---- convolutions -----------------------------------------------------------------------------------------------------
  /// Each output value is a sum in one order.
  static constexpr Index pixel_alignment(Operation) { return 1; }
  static Index pack_bytes(WeightShape) { return 0; }
  static void pack(Context&, WeightShape, const float*, void*) {}

  static void conv3x3_forward(Context& context, const Input<T, float>& x, Weights<float> w, View<T> y, Padding padding,
                              const Epilogue<float>& epilogue) {
    const Shape in = x.shape();
    if (by_tensor_cores(Operation::conv3x3, in.c, y.shape.c))
      return cuda::tensor::conv3x3_forward(context, x, w.values, y, padding, epilogue);
    cuda::product(context, "conv3x3_forward",
                  cuda::strict::Conv3x3Forward<T>{pixels(y), channels(y), number(9 * in.c), number(in.c), x,
                                                  number(in.h), number(in.w), w.values, y, cuda::PixelOrder(y),
                                                  padding.top, padding.left, epilogue.bias, epilogue.activate},
                  number(9 * in.c));
    moments(context, y, epilogue);
  }
  static void conv3x3_backward_data(Context& context, In dz, const float* w, const InputGradient<T>& dx) {
    if (by_tensor_cores(Operation::conv3x3, dx.shape().c, dz.shape.c))
      return cuda::tensor::conv3x3_backward_data(context, dz, w, dx);
    const int out = channels(dz);
    cuda::product(context, "conv3x3_backward_data",
                  cuda::strict::Conv3x3BackwardData<T>{pixels(dz), number(dx.shape().c), 9 * out, out, dz, w, dx,
                                                       cuda::PixelOrder(dz)},
                  9 * out);
  }
  static void conv3x3_backward_weights(Context& context, const Input<T, float>& x, In dz, float* dw, float* dbias) {
    if (by_tensor_cores(Operation::conv3x3, x.shape().c, dz.shape.c))
      return cuda::tensor::conv3x3_backward_weights(context, x, dz, dw, dbias);
    cuda::strict::backward_weights<9>(context, "conv3x3_backward_weights", x, dz, dw);
    cuda::strict::bias_gradient(context, dz, dbias);
  }

  static void up_conv_forward(Context& context, const Input<T, float>& x, Weights<float> w, View<T> y,
                              const Epilogue<float>& epilogue) {
    const Shape in = x.shape();
    if (by_tensor_cores(Operation::up_conv, in.c, y.shape.c))
      return cuda::tensor::up_conv_forward(context, x, w.values, y, epilogue);
    cuda::product(context, "up_conv_forward",
                  cuda::strict::PixelwiseForward<T>{number(in.pixels()), 4 * channels(y), number(in.c), channels(y), 2,
                                                    x, w.values, y, cuda::PixelOrder(x.parts[0].x), epilogue.bias,
                                                    epilogue.activate},
                  number(in.c));
  }
  static void up_conv_backward_data(Context& context, In dz, const float* w, const InputGradient<T>& dx) {
    const Shape in = dx.shape();
    if (by_tensor_cores(Operation::up_conv, in.c, dz.shape.c))
      return cuda::tensor::up_conv_backward_data(context, dz, w, dx);
    const int out = channels(dz);
    cuda::product(context, "up_conv_backward_data",
                  cuda::strict::PixelwiseBackwardData<T>{number(in.pixels()), number(in.c), 4 * out, out, 2, dz, w, dx,
                                                         cuda::PixelOrder(dx.parts[0])},
                  4 * out);
  }
  static void up_conv_backward_weights(Context& context, const Input<T, float>& x, In dz, float* dw, float* dbias) {
    if (by_tensor_cores(Operation::up_conv, x.shape().c, dz.shape.c))
      return cuda::tensor::up_conv_backward_weights(context, x, dz, dw, dbias);
    cuda::strict::up_conv_backward_weights(context, x, dz, dw);
    cuda::strict::bias_gradient(context, dz, dbias);
  }

  static void conv1x1_forward(Context& context, const Input<T, float>& x, Weights<float> w, View<T> y,
                              const Epilogue<float>& epilogue) {
    const int in = number(x.shape().c);
    cuda::product(context, "conv1x1_forward",
                  cuda::strict::PixelwiseForward<T>{pixels(y), channels(y), in, channels(y), 1, x, w.values, y,
                                                    cuda::PixelOrder(y), epilogue.bias, epilogue.activate},
                  in);
    moments(context, y, epilogue);
  }
  static void conv1x1_backward_data(Context& context, In dz, const float* w, const InputGradient<T>& dx) {
    const int out = channels(dz);
    cuda::product(context, "conv1x1_backward_data",
                  cuda::strict::PixelwiseBackwardData<T>{pixels(dz), number(dx.shape().c), out, out, 1, dz, w, dx,
                                                         cuda::PixelOrder(dz)},
                  out);
  }
  static void conv1x1_backward_weights(Context& context, const Input<T, float>& x, In dz, float* dw, float* dbias) {
    cuda::strict::backward_weights<1>(context, "conv1x1_backward_weights", x, dz, dw);
    cuda::strict::bias_gradient(context, dz, dbias);
  }

  // ---- pooling, normalisation, elementwise ------------------------------------------------------------------------------
  static void max_pool_forward(Context& context, const Source<T, float>& x, View<T> y) {
    cuda::max_pool_forward(context, x, y);
  }
  static void max_pool_backward(Context& context, const Source<T, float>& x, In dy, View<T> dx, bool accumulate) {
    cuda::max_pool_backward(context, x, dy, dx, accumulate);
  }

  static void norm_scale_shift(Context& context, const float* mean, const float* variance, const float* gamma,
                               const float* beta, Index channels, double epsilon, float* scale, float* shift) {
    cuda::for_elements(context, "norm_scale_shift", channels,
                       cuda::NormScaleShift{mean, variance, gamma, beta, static_cast<float>(epsilon), scale, shift});
  }
  static void norm_update_running(Context& context, Moments<float> moments, Index channels, Index count,
                                  double momentum, float* running_mean, float* running_var) {
    const float unbiased = count > 1 ? static_cast<float>(count) / static_cast<float>(count - 1) : 1.0f;
    cuda::for_elements(
        context, "norm_update_running", channels,
        cuda::NormUpdateRunning{moments, static_cast<float>(momentum), unbiased, running_mean, running_var});
  }
  static void norm_gather_moments(Context& context, Moments<float> moments, Index channels, Index count, int rank,
                                  int ranks, double* all) {
    cuda::for_elements(context, "norm_gather_moments", ranks * (1 + 2 * channels),
                       cuda::NormGatherMoments{moments, channels, count, rank, all});
  }
  static void norm_merge_moments(Context& context, const double* all, int ranks, Index channels,
                                 Moments<float> moments) {
    cuda::for_elements(context, "norm_merge_moments", channels, cuda::NormMergeMoments{all, ranks, channels, moments});
  }
  static void norm_backward_sums(Context& context, const Source<T, float>& y, In g, Moments<float> moments,
                                 double* sums) {
    cuda::norm_backward_sums(context, y, g, moments, sums);
  }
  static void norm_backward_apply(Context& context, const Source<T, float>& y, View<T> g, Moments<float> moments,
                                  const float* gamma, double epsilon, Index count, const double* sums, Activate before,
                                  float* dgamma, float* dbeta) {
    cuda::norm_backward_apply(context, y, g, moments, gamma, epsilon, count, sums, before, dgamma, dbeta);
  }

  static void relu_backward(Context& context, In r, View<T> g) { cuda::relu_backward(context, r, g); }
  template <class Value>
  static void normalise(Context& context, const Source<T, float>& x, View<Value> y) {
    cuda::normalise(context, x, y);
  }
  static void add(Context& context, In x, View<T> y) { cuda::add(context, x, y); }

  // ---- loss, optimiser --------------------------------------------------------------------------------------------------
  static void loss_sums(Context& context, In logits, View<const float> target, const LossTerms& terms,
                        double* reports) {
    cuda::loss_sums(context, logits, target, terms, reports);
  }
  template <class Loss>
  static void loss_derivatives(Context& context, const Loss& loss, const double* reports, Index images, Index classes,
                               double* to) {
    cuda::loss_derivatives(context, loss, reports, images, classes, to);
  }
  static void loss_gradient(Context& context, In logits, View<const float> target, const LossTerms& terms,
                            double images, const double* derivatives, View<T> to) {
    cuda::loss_gradient(context, logits, target, terms, images, derivatives, to);
  }
  static void adam_step(Context& context, Index elements, const float* gradients, float* parameters, float* first,
                        float* second, const AdamStep* step) {
    cuda::adam_step(context, elements, gradients, parameters, first, second, step);
  }

 private:
  static constexpr bool by_tensor_cores(Operation operation, Index in, Index out) {
    return P == cuda::Products::tensor_cores && cuda::tensor::chosen(operation, in, out);
  }
  static int number(Index value) { return static_cast<int>(value); }
  template <class Value>
  static int pixels(const View<Value>& map) {
    return number(map.shape.pixels());
  }
  template <class Value>
  static int channels(const View<Value>& map) {
    return number(map.shape.c);
  }

  static void transfer(Context& context, void* to, const void* from, Index bytes, cudaMemcpyKind kind,
                       const char* doing) {
    if (!context.issues()) return;
    cuda::check(cudaMemcpyAsync(to, from, static_cast<std::size_t>(bytes), kind, context.stream()), doing);
  }
  static void moments(Context& context, View<T> y, const Epilogue<float>& epilogue) {
    if (epilogue.moments) cuda::channel_moments(context, View<const T>(y), epilogue.moments);
  }
};

}  // namespace unet
