// A loss on maps of the host, computed by a backend as training does.
#pragma once
#include <cmath>
#include <vector>

#include "unet/core/buffer.hpp"
#include "unet/core/host_tensor.hpp"
#include "unet/train/loss.hpp"

template <class T>
struct LossResult {
  double value = 0;              ///< mean over the images
  std::vector<double> images;    ///< of each
  std::vector<double> reports;   ///< of all images
  unet::HostTensor<T> gradient;  ///< of `value`
};

/// images: over which the gradient's mean goes; 0: over these.
template <class B, class Loss, class T = typename B::Scalar>
LossResult<T> run_loss(const Loss& loss, const unet::HostTensor<T>& logits, const unet::HostTensor<T>& target,
                       double images = 0) {
  const unet::Index n = logits.shape.n, classes = logits.shape.c, each = loss_report_size(classes, loss.terms());
  typename B::Context context;
  const unet::Buffer<B> z(context, logits.values), t(context, target.values);
  unet::Buffer<B> dz(context, std::vector<T>(logits.values.size(), T(NAN)));
  unet::Buffer<B, double> reports(n * each), derivatives(n * loss_derivatives_size(classes, loss.terms()));
  unet::compute_loss<B>(context, loss, {z.data(), logits.shape}, {t.data(), target.shape},
                        images > 0 ? images : static_cast<double>(n), reports.data(), derivatives.data(),
                        {dz.data(), logits.shape});
  LossResult<T> result;
  result.gradient = unet::HostTensor<T>(logits.shape);
  result.gradient.values = dz.to_host(context);
  result.reports = reports.to_host(context);
  for (unet::Index i = 0; i < n; ++i) {
    result.images.push_back(loss.value({result.reports.data() + i * each, classes}));
    result.value += result.images.back() / static_cast<double>(n);
  }
  return result;
}
