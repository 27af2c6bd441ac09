#include "programs/occlusion/images.hpp"

#include <string>

#include "support/cli/task_progress.hpp"

namespace app {

std::vector<unet::Index> images_to_compute(const Session& session, const OcclusionProgram& o,
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

std::vector<std::uint8_t> mask_of(const unet::HostTensor<float>& target) {
  std::vector<std::uint8_t> mask;
  for (const float value : target.values) mask.push_back(value > 0.5f);
  return mask;
}

void occlude_images(Session& session, const std::vector<unet::Index>& images, const OcclusionProgram& o,
                    const std::function<void(OccludedImage)>& finished) {
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
    OccludedImage image;
    image.index = images[i];
    image.iou = session.model().evaluate(sample.image.view(), sample.target.view(), session.pos_weight())[0].iou;
    image.map = session.model().occlusion(sample.image.view(), sample.target.view(), options);
    for (const double score : image.map.score)
      if (!std::isfinite(score))
        throw unet::FileError(session.options().model.string() + ": the score of " + session.record(images[i]).id +
                              " is not a finite number; the net's weights are damaged or their training has diverged");
    const unet::LungRegions regions(mask_of(sample.target), s.h, s.w, unet::boundary_reach(o.edge, s.h));
    image.lungs = regions.lungs();
    image.importance = unet::importance_of_regions(unet::importance_per_pixel(image.map, s.h, s.w), regions);
    finished(std::move(image));
  }
}

}  // namespace app
