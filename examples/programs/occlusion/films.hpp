// The occlusion maps of many films: computed one after the other, each kept with what is needed of it afterwards.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "programs/occlusion/options.hpp"
#include "support/cli/task_progress.hpp"
#include "support/session/session.hpp"
#include "support/session/shown_images.hpp"
#include "unet/chest/region_importance.hpp"
#include "unet/explain/occlusion/options.hpp"

namespace app {

/// The images to be computed: those that are shown, and with --all the others of the part. Each once.
inline std::vector<unet::Index> films_to_compute(const Session& session, const OcclusionProgram& o,
                                                 const std::vector<ShownImage>& shown) {
  std::vector<unet::Index> images;
  const auto add = [&](unet::Index image) {
    if (std::find(images.begin(), images.end(), image) == images.end()) images.push_back(image);
  };
  for (const ShownImage& choice : shown) add(choice.image);
  if (o.all)
    for (const unet::Index image : session.images(o.part)) add(image);
  return images;
}

struct OccludedFilm {
  unet::Index image = 0;
  double iou = 0;  ///< of the image itself
  unet::OcclusionMap map;
  std::size_t lungs = 0;  ///< components of the mask that are large enough for a lung
  unet::RegionImportance importance;
};

inline std::vector<std::uint8_t> mask_of(const unet::HostTensor<float>& target) {
  std::vector<std::uint8_t> mask;
  for (const float value : target.values) mask.push_back(value > 0.5f);
  return mask;
}

/// Computes the films in order and gives each to `finished`. Throws OptionError, FileError when the net's values are not
/// finite, Interrupted.
inline void occlude_films(Session& session, const std::vector<unet::Index>& images, const OcclusionProgram& o,
                          const std::function<void(OccludedFilm)>& finished) {
  const unet::Shape s = session.data().shape();
  unet::OcclusionOptions options = occlusion_options(o, s.h);
  options.seed = session.seed();
  options.pos_weight = session.pos_weight();
  TaskProgress progress("occlusion");
  for (std::size_t i = 0; i < images.size(); ++i) {
    const Session::Sample sample = session.sample(images[i]);
    options.image = static_cast<std::uint32_t>(images[i]);
    options.on_progress = [&](unet::Index done, unet::Index total) {
      progress(static_cast<unet::Index>(i) * total + done, static_cast<unet::Index>(images.size()) * total);
    };
    OccludedFilm film;
    film.image = images[i];
    film.iou = session.model().evaluate(sample.image.view(), sample.target.view(), session.pos_weight())[0].iou;
    film.map = session.model().occlusion(sample.image.view(), sample.target.view(), options);
    for (const double score : film.map.score)
      if (!std::isfinite(score))
        throw unet::FileError(session.options().model.string() + ": the score of " + session.record(images[i]).id +
                              " is not a finite number; the net's weights are damaged or their training has diverged");
    const unet::LungRegions regions(mask_of(sample.target), s.h, s.w, unet::boundary_reach(o.edge, s.h));
    film.lungs = regions.lungs();
    film.importance = unet::importance_of_regions(unet::importance_per_pixel(film.map, s.h, s.w), regions);
    finished(std::move(film));
  }
}

}  // namespace app
