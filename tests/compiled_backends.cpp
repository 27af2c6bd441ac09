// The functions of compiled_backends.hpp: each calls the backend's own.
#include "compiled_backends.hpp"

#include "unet/backends/cpu/cpu.hpp"

template <class B, class T>
void* Compiled<B, T>::allocate(Index bytes) {
  return B::allocate(bytes);
}
template <class B, class T>
void Compiled<B, T>::deallocate(void* memory) {
  B::deallocate(memory);
}
template <class B, class T>
void Compiled<B, T>::copy_to_host(const void* from, void* to, Index bytes) {
  B::copy_to_host(from, to, bytes);
}
template <class B, class T>
void Compiled<B, T>::copy_to_backend(const void* from, void* to, Index bytes) {
  B::copy_to_backend(from, to, bytes);
}
template <class B, class T>
void Compiled<B, T>::copy(const void* from, void* to, Index bytes) {
  B::copy(from, to, bytes);
}
template <class B, class T>
void Compiled<B, T>::fill(T* data, Index elements, T value) {
  B::fill(data, elements, value);
}

template <class B, class T>
void Compiled<B, T>::conv3x3_relu_forward(const Input& x, const T* w, const T* bias, Out y, unet::Padding padding,
                                          Moments moments) {
  B::conv3x3_relu_forward(x, w, bias, y, padding, moments);
}
template <class B, class T>
void Compiled<B, T>::conv3x3_backward_data(In dz, const T* w, const InputGradient& dx) {
  B::conv3x3_backward_data(dz, w, dx);
}
template <class B, class T>
void Compiled<B, T>::conv3x3_backward_weights(const Input& x, In dz, T* dw, T* dbias) {
  B::conv3x3_backward_weights(x, dz, dw, dbias);
}

template <class B, class T>
void Compiled<B, T>::up_conv_relu_forward(const Input& x, const T* w, const T* bias, Out y) {
  B::up_conv_relu_forward(x, w, bias, y);
}
template <class B, class T>
void Compiled<B, T>::up_conv_backward_data(In dz, const T* w, const InputGradient& dx) {
  B::up_conv_backward_data(dz, w, dx);
}
template <class B, class T>
void Compiled<B, T>::up_conv_backward_weights(const Input& x, In dz, T* dw, T* dbias) {
  B::up_conv_backward_weights(x, dz, dw, dbias);
}

template <class B, class T>
void Compiled<B, T>::conv1x1_forward(const Input& x, const T* w, const T* bias, Out y) {
  B::conv1x1_forward(x, w, bias, y);
}
template <class B, class T>
void Compiled<B, T>::conv1x1_backward_data(In dz, const T* w, const InputGradient& dx) {
  B::conv1x1_backward_data(dz, w, dx);
}
template <class B, class T>
void Compiled<B, T>::conv1x1_backward_weights(const Input& x, In dz, T* dw, T* dbias) {
  B::conv1x1_backward_weights(x, dz, dw, dbias);
}

template <class B, class T>
void Compiled<B, T>::max_pool_forward(const Source& x, Out y) {
  B::max_pool_forward(x, y);
}
template <class B, class T>
void Compiled<B, T>::max_pool_backward(const Source& x, In dy, Out dx, bool accumulate) {
  B::max_pool_backward(x, dy, dx, accumulate);
}

template <class B, class T>
void Compiled<B, T>::norm_scale_shift(const T* mean, const T* variance, const T* gamma, const T* beta, Index channels,
                                      double epsilon, T* scale, T* shift) {
  B::norm_scale_shift(mean, variance, gamma, beta, channels, epsilon, scale, shift);
}
template <class B, class T>
void Compiled<B, T>::norm_update_running(Moments moments, Index channels, Index count, double momentum, T* mean,
                                         T* variance) {
  B::norm_update_running(moments, channels, count, momentum, mean, variance);
}
template <class B, class T>
void Compiled<B, T>::norm_relu_backward(In r, Out g, Moments moments, const T* gamma, double epsilon, T* dgamma,
                                        T* dbeta) {
  B::norm_relu_backward(r, g, moments, gamma, epsilon, dgamma, dbeta);
}

template <class B, class T>
void Compiled<B, T>::relu_backward(In r, Out g) {
  B::relu_backward(r, g);
}
template <class B, class T>
void Compiled<B, T>::normalise(const Source& x, Out y) {
  B::normalise(x, y);
}
template <class B, class T>
void Compiled<B, T>::add(In x, Out y) {
  B::add(x, y);
}

template <class B, class T>
void Compiled<B, T>::binary_cross_entropy(In logits, In target, T pos_weight, Out dlogits, double* results) {
  B::binary_cross_entropy(logits, target, pos_weight, dlogits, results);
}
template <class B, class T>
void Compiled<B, T>::softmax_cross_entropy(In logits, In target, Out dlogits, double* results) {
  B::softmax_cross_entropy(logits, target, dlogits, results);
}
template <class B, class T>
void Compiled<B, T>::adam_step(Index elements, const T* gradients, T* parameters, T* first, T* second,
                               const unet::AdamStep& step) {
  B::adam_step(elements, gradients, parameters, first, second, step);
}

template struct Compiled<unet::EigenBackend<double>, double>;
template struct Compiled<unet::Cpu<float>, float>;
