// The functions of compiled_backend.hpp: each calls the backend's own. For the one translation unit that instantiates them:
//   template struct app::Compiled<unet::Cpu<float>, float>;
#pragma once
#include "support/nets/compiled_backend.hpp"

namespace app {

template <class B, class S, class T>
unet::Index Compiled<B, S, T>::pack_bytes(unet::WeightShape shape) {
  return B::pack_bytes(shape);
}
template <class B, class S, class T>
void Compiled<B, S, T>::pack(Context& context, unet::WeightShape shape, const S* w, void* to) {
  B::pack(context, shape, w, to);
}
template <class B, class S, class T>
void Compiled<B, S, T>::conv3x3_forward(Context& context, const Input& x, Weights w, Out y, unet::Padding padding,
                                        const Epilogue& epilogue) {
  B::conv3x3_forward(context, x, w, y, padding, epilogue);
}
template <class B, class S, class T>
void Compiled<B, S, T>::conv3x3_backward_data(Context& context, In dz, const S* w, const InputGradient& dx) {
  B::conv3x3_backward_data(context, dz, w, dx);
}
template <class B, class S, class T>
void Compiled<B, S, T>::conv3x3_backward_weights(Context& context, const Input& x, In dz, S* dw, S* dbias) {
  B::conv3x3_backward_weights(context, x, dz, dw, dbias);
}
template <class B, class S, class T>
void Compiled<B, S, T>::up_conv_forward(Context& context, const Input& x, Weights w, Out y, const Epilogue& epilogue) {
  B::up_conv_forward(context, x, w, y, epilogue);
}
template <class B, class S, class T>
void Compiled<B, S, T>::up_conv_backward_data(Context& context, In dz, const S* w, const InputGradient& dx) {
  B::up_conv_backward_data(context, dz, w, dx);
}
template <class B, class S, class T>
void Compiled<B, S, T>::up_conv_backward_weights(Context& context, const Input& x, In dz, S* dw, S* dbias) {
  B::up_conv_backward_weights(context, x, dz, dw, dbias);
}
template <class B, class S, class T>
void Compiled<B, S, T>::conv1x1_forward(Context& context, const Input& x, Weights w, Out y, const Epilogue& epilogue) {
  B::conv1x1_forward(context, x, w, y, epilogue);
}
template <class B, class S, class T>
void Compiled<B, S, T>::conv1x1_backward_data(Context& context, In dz, const S* w, const InputGradient& dx) {
  B::conv1x1_backward_data(context, dz, w, dx);
}
template <class B, class S, class T>
void Compiled<B, S, T>::conv1x1_backward_weights(Context& context, const Input& x, In dz, S* dw, S* dbias) {
  B::conv1x1_backward_weights(context, x, dz, dw, dbias);
}
template <class B, class S, class T>
void Compiled<B, S, T>::max_pool_forward(Context& context, const Source& x, Out y) {
  B::max_pool_forward(context, x, y);
}
template <class B, class S, class T>
void Compiled<B, S, T>::max_pool_backward(Context& context, const Source& x, In dy, Out dx, bool accumulate) {
  B::max_pool_backward(context, x, dy, dx, accumulate);
}
template <class B, class S, class T>
void Compiled<B, S, T>::norm_scale_shift(Context& context, const S* mean, const S* variance, const S* gamma,
                                         const S* beta, Index channels, double epsilon, S* scale, S* shift) {
  B::norm_scale_shift(context, mean, variance, gamma, beta, channels, epsilon, scale, shift);
}
template <class B, class S, class T>
void Compiled<B, S, T>::norm_update_running(Context& context, Moments moments, Index channels, Index count,
                                            double momentum, S* mean, S* variance) {
  B::norm_update_running(context, moments, channels, count, momentum, mean, variance);
}
template <class B, class S, class T>
void Compiled<B, S, T>::norm_gather_moments(Context& context, Moments moments, Index channels, Index count, int rank,
                                            int ranks, double* all) {
  B::norm_gather_moments(context, moments, channels, count, rank, ranks, all);
}
template <class B, class S, class T>
void Compiled<B, S, T>::norm_merge_moments(Context& context, const double* all, int ranks, Index channels,
                                           Moments moments) {
  B::norm_merge_moments(context, all, ranks, channels, moments);
}
template <class B, class S, class T>
void Compiled<B, S, T>::norm_backward_sums(Context& context, const Source& y, In g, Moments moments, double* sums) {
  B::norm_backward_sums(context, y, g, moments, sums);
}
template <class B, class S, class T>
void Compiled<B, S, T>::norm_backward_apply(Context& context, const Source& y, Out g, Moments moments, const S* gamma,
                                            double epsilon, Index count, const double* sums, unet::Activate before,
                                            S* dgamma, S* dbeta) {
  B::norm_backward_apply(context, y, g, moments, gamma, epsilon, count, sums, before, dgamma, dbeta);
}
template <class B, class S, class T>
void Compiled<B, S, T>::relu_backward(Context& context, In r, Out g) {
  B::relu_backward(context, r, g);
}
template <class B, class S, class T>
void Compiled<B, S, T>::normalise_to_scalars(Context& context, const Source& x, unet::View<S> y) {
  B::normalise(context, x, y);
}
template <class B, class S, class T>
void Compiled<B, S, T>::normalise_to_maps(Context& context, const Source& x, Out y) {
  B::normalise(context, x, y);
}
template <class B, class S, class T>
void Compiled<B, S, T>::add(Context& context, In x, Out y) {
  B::add(context, x, y);
}
template <class B, class S, class T>
void Compiled<B, S, T>::loss_sums(Context& context, In logits, Target target, const unet::LossTerms& terms,
                                  double* reports) {
  B::loss_sums(context, logits, target, terms, reports);
}
template <class B, class S, class T>
void Compiled<B, S, T>::loss_gradient(Context& context, In logits, Target target, const unet::LossTerms& terms,
                                      double images, const double* derivatives, Out dlogits) {
  B::loss_gradient(context, logits, target, terms, images, derivatives, dlogits);
}
template <class B, class S, class T>
void Compiled<B, S, T>::adam_step(Context& context, Index elements, const S* gradients, S* parameters, S* first,
                                  S* second, const unet::AdamStep* step) {
  B::adam_step(context, elements, gradients, parameters, first, second, step);
}

}  // namespace app
