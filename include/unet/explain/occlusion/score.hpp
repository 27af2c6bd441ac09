// Scores of occluded images from their logits. Rows are scored one by one, so that those which an occlusion leaves alone
// need not be scored again.
#pragma once
#include <algorithm>
#include <numeric>

#include "unet/backends/upload.hpp"
#include "unet/core/buffer.hpp"
#include "unet/explain/occlusion/options.hpp"
#include "unet/graph/incremental_pass.hpp"
#include "unet/train/loss.hpp"
#include "unet/train/metrics.hpp"

namespace unet {

/// Scores against one target. A row's loss must depend on that row alone, as it does in every backend.
template <class Net, class B>
class OcclusionScorer {
 public:
  using S = typename B::Scalar;

  /// logits: of the image itself, 1 x H x W x Classes in backend memory; target: 1 x H x W x 1 in host memory, not looked at
  /// with OcclusionScore::prediction.
  OcclusionScorer(typename B::Context& context, ConstMapView<B> logits, View<const float> target, OcclusionScore score,
                  double pos_weight)
      : context_(&context),
        shape_{1, logits.shape.h, logits.shape.w, 1},
        score_(score),
        loss_(default_loss<Net>(pos_weight)),
        target_(shape_.size()) {
    const View<S> truth(target_.data(), shape_);
    if (score == OcclusionScore::prediction) {
      const HostTensor<float> predicted = predicted_classes(logits);
      upload<B>(context, predicted.view(), truth);
    } else {
      upload<B>(context, target, truth);
    }
    reports_ = Buffer<B, double>(shape_.h * each);
    report_rows(logits, 0, reports_.data());
    base_ = reports_.to_host(*context_);
  }

  /// Of the image itself.
  double reference() const { return score(base_); }

  /// logits: N x H x W x Classes.
  std::vector<double> whole(ConstMapView<B> logits) {
    std::vector<std::vector<double>> reports(static_cast<std::size_t>(logits.shape.n), base_);
    report_images(logits, std::vector<Index>(reports.size(), 0), reports);
    return scores(reports);
  }

  /// The same for logits that are the base's but for a rectangle each.
  std::vector<double> changed(ConstMapView<B> base, const Change<B>& change) {
    const ConstMapView<B> values = change.values.parts[0].source.x;
    const Shape s{values.shape.n, values.shape.h, shape_.w, values.shape.c};
    if (rows_.size() < s.size()) rows_ = Buffer<B, typename B::Storage>(s.size());
    const MapView<B> rows(rows_.data(), s);
    std::vector<Index> first;
    for (std::size_t i = 0; i < change.changed.size(); ++i) {
      const Rectangle& r = change.changed[i];
      const MapView<B> image = rows.images(static_cast<Index>(i), 1);
      B::normalise(*context_, {base.window(r.y.begin, 0, s.h, s.w)}, image);
      B::normalise(*context_, {values.images(static_cast<Index>(i), 1)}, image.window(0, r.x.begin, s.h, r.x.size()));
      first.push_back(r.y.begin);
    }
    std::vector<std::vector<double>> reports(static_cast<std::size_t>(s.n), base_);
    report_images(rows, first, reports);
    return scores(reports);
  }

 private:
  static constexpr Index each = loss_report_size(classes_of<Net>, {});  ///< numbers in a row's report

  HostTensor<float> predicted_classes(ConstMapView<B> logits) const {
    using T = typename B::Storage;
    const Shape s = logits.shape;
    HostTensor<T> host(s);
    B::copy_to_host(*context_, logits.data, host.values.data(), s.size() * static_cast<Index>(sizeof(T)));
    HostTensor<float> classes({1, s.h, s.w, 1});
    for (Index i = 0; i < s.pixels(); ++i) {
      const T* const z = host.values.data() + i * s.c;
      classes.values[static_cast<std::size_t>(i)] = s.c == 1 ? static_cast<float>(static_cast<S>(*z) > S(0))
                                                             : static_cast<float>(std::max_element(z, z + s.c) - z);
    }
    return classes;
  }

  /// Rows of one image as images of one row.
  template <class V>
  static View<V> as_images(View<V> v) {
    return {v.data, {v.shape.h, 1, v.shape.w, v.shape.c}, {v.strides.h, v.strides.h, v.strides.w}};
  }
  /// logits: 1 x h x W x Classes, from row `first` of the image on; one report a row.
  void report_rows(ConstMapView<B> logits, Index first, double* reports) {
    const View<const S> truth = View<const S>(target_.data(), shape_).window(first, 0, logits.shape.h, shape_.w);
    B::loss_sums(*context_, as_images(logits), as_images(truth), loss_.terms(), reports);
  }
  /// logits: N x h x W x Classes, of image n from row first[n] on; into the images' reports.
  void report_images(ConstMapView<B> logits, const std::vector<Index>& first,
                     std::vector<std::vector<double>>& reports) {
    const Index size = logits.shape.h * each;
    if (reports_.size() < logits.shape.n * size) reports_ = Buffer<B, double>(logits.shape.n * size);
    for (std::size_t i = 0; i < first.size(); ++i) {
      const auto n = static_cast<Index>(i);
      report_rows(logits.images(n, 1), first[i], reports_.data() + n * size);
    }
    const std::vector<double> host = reports_.to_host(*context_);
    for (std::size_t i = 0; i < first.size(); ++i)
      std::copy_n(host.begin() + static_cast<Index>(i) * size, size, reports[i].begin() + first[i] * each);
  }

  std::vector<double> scores(const std::vector<std::vector<double>>& reports) const {
    std::vector<double> values;
    for (const auto& report : reports) values.push_back(score(report));
    return values;
  }

  /// From reports of all rows of an image.
  double score(const std::vector<double>& rows) const {
    std::vector<double> sum(each);
    for (std::size_t i = 0; i < rows.size(); ++i) sum[i % each] += rows[i];
    const LossSums sums{sum.data(), classes_of<Net>, static_cast<double>(shape_.h)};
    if (score_ == OcclusionScore::loss) return loss_.value(sums);
    if (score_ == OcclusionScore::iou) return 1 - image_result(0, sums).iou;
    const double pixels = static_cast<double>(shape_.pixels());
    if (classes_of<Net> == 1) return (sum[2] + sum[3] - 2 * sum[1]) / pixels;
    double same = 0;
    for (std::size_t k = 1; k < sum.size(); k += 3) same += sum[k];
    return 1 - same / pixels;
  }

  typename B::Context* context_;
  Shape shape_;
  OcclusionScore score_;
  DefaultLoss<Net> loss_;
  Buffer<B> target_;
  Buffer<B, typename B::Storage> rows_;
  Buffer<B, double> reports_;
  std::vector<double> base_;  // reports of the image's rows
};

}  // namespace unet
