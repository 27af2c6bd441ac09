// The two ways to score occluded images: as changes of one base image, or whole.
#pragma once
#include <map>

#include "unet/explain/occlusion/fill.hpp"
#include "unet/explain/occlusion/score.hpp"
#include "unet/graph/incremental.hpp"
#include "unet/train/evaluate.hpp"

namespace unet::detail {

/// One image to be computed.
struct Occlusion {
  Index position;
  int draw;
  Rectangle area;  ///< of the patch, cut off at the border
};

/// How many images of `bytes` each to compute at once: enough to share the preparation of weights and to occupy all
/// threads, few enough to stay near the caches.
inline Index occlusion_batch(Index wanted, Index bytes, Index most) {
  constexpr Index limit = Index{256} << 20;
  return wanted > 0 ? wanted : std::clamp<Index>(limit / bytes, 1, most);
}

template <class Net, class B>
class IncrementalOcclusion {
 public:
  static constexpr Index most = 16;

  IncrementalOcclusion(Model<Net, B>& model, View<const float> image, View<const float> target,
                       const OcclusionOptions& options)
      : image_(image),
        patches_(image, options),
        incremental_(model.slot(), model.context(), model.packed(), image, options.method == OcclusionMethod::exact),
        scorer_(model.context(), incremental_.logits(), target, options.score, options.pos_weight),
        wanted_batch_(options.batch) {}

  double reference() const { return scorer_.reference(); }

  /// Batches of equal profiles.
  std::vector<std::vector<Occlusion>> batches(const std::vector<Occlusion>& all) const {
    std::map<std::pair<std::vector<Index>, std::vector<Index>>, std::vector<Occlusion>> alike;
    for (const Occlusion& o : all)
      alike[{incremental_.profile(o.area.y, image_.shape.h), incremental_.profile(o.area.x, image_.shape.w)}].push_back(
          o);
    std::vector<std::vector<Occlusion>> batches;
    for (const auto& [profile, some] : alike) {
      const Index size = occlusion_batch(wanted_batch_, incremental_.update_bytes({some[0].area}), most);
      for (std::size_t i = 0; i < some.size(); ++i) {
        if (i % static_cast<std::size_t>(size) == 0) batches.emplace_back();
        batches.back().push_back(some[i]);
      }
    }
    return batches;
  }

  std::vector<double> scores(const std::vector<Occlusion>& batch) {
    std::vector<Rectangle> areas;
    for (const Occlusion& o : batch) areas.push_back(o.area);
    const Rectangle first = incremental_.window(areas[0]);
    HostTensor<float> windows({static_cast<Index>(batch.size()), first.y.size(), first.x.size(), image_.shape.c});
    for (std::size_t i = 0; i < batch.size(); ++i) {
      const View<float> window = windows.view().images(static_cast<Index>(i), 1);
      const Rectangle at = incremental_.window(areas[i]), &area = areas[i];
      copy_view(image_.window(at.y.begin, at.x.begin, at.y.size(), at.x.size()), window);
      patches_.fill(area, batch[i].draw,
                    window.window(area.y.begin - at.y.begin, area.x.begin - at.x.begin, area.y.size(), area.x.size()));
    }
    return scorer_.changed(incremental_.logits(), incremental_.update(areas, windows.view()));
  }

 private:
  View<const float> image_;
  OcclusionPatches patches_;
  Incremental<Net, B> incremental_;
  OcclusionScorer<Net, B> scorer_;
  Index wanted_batch_;
};

template <class Net, class B>
class FullOcclusion {
 public:
  static constexpr Index most = 8;

  FullOcclusion(Model<Net, B>& model, View<const float> image, View<const float> target,
                const OcclusionOptions& options)
      : model_(&model),
        image_(image),
        patches_(image, options),
        scorer_(with_logits(image,
                            [&](ConstMapView<B> logits) {
                              return OcclusionScorer<Net, B>(model.context(), logits, target, options.score,
                                                             options.pos_weight);
                            })),
        batch_(
            occlusion_batch(options.batch, evaluate_bytes<Net, B>(image.shape) + batch_bytes<B>(image.shape), most)) {}

  double reference() const { return scorer_.reference(); }

  std::vector<std::vector<Occlusion>> batches(const std::vector<Occlusion>& all) const {
    std::vector<std::vector<Occlusion>> batches;
    for (std::size_t i = 0; i < all.size(); ++i) {
      if (i % static_cast<std::size_t>(batch_) == 0) batches.emplace_back();
      batches.back().push_back(all[i]);
    }
    return batches;
  }

  std::vector<double> scores(const std::vector<Occlusion>& batch) {
    Shape shape = image_.shape;
    shape.n = static_cast<Index>(batch.size());
    HostTensor<float> images(shape);
    for (std::size_t i = 0; i < batch.size(); ++i) {
      const View<float> image = images.view().images(static_cast<Index>(i), 1);
      const Rectangle& area = batch[i].area;
      copy_view(image_, image);
      patches_.fill(area, batch[i].draw, image.window(area.y.begin, area.x.begin, area.y.size(), area.x.size()));
    }
    return with_logits(std::as_const(images).view(), [&](ConstMapView<B> logits) { return scorer_.whole(logits); });
  }

 private:
  template <class F>
  auto with_logits(View<const float> images, const F& f) {
    Arena<B>& arena = model_->arena();
    arena.reserve(evaluate_bytes<Net, B>(images.shape) + batch_bytes<B>(images.shape) + Arena<B>::granule);
    Pass<B> pass = model_->pass();
    const Tensor<B> x(arena, images.shape);
    upload<B>(pass.context, images, x.view);
    const Activation<B> logits = Net::template forward<B>(pass, model_->slot(), Activation<B>(x), nullptr);
    return f(logits.parts[0].source.x);
  }

  Model<Net, B>* model_;
  View<const float> image_;
  OcclusionPatches patches_;
  OcclusionScorer<Net, B> scorer_;
  Index batch_;
};

}  // namespace unet::detail
