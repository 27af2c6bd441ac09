#include "programs/feature_maps/measure.hpp"

#include "support/cli/task_progress.hpp"
#include "unet/explain/feature_maps/mean_map.hpp"

namespace app {

namespace {

/// The mean of the training images' regions: where boundary and lungs usually are.
OfRegions<unet::Image> position_prior(const Session& session, double boundary) {
  OfRegions<unet::Image> mean{{figure_side, figure_side, 1}, {figure_side, figure_side, 1}};
  TaskProgress progress("mean training mask");
  const auto images = session.images("train");
  for (std::size_t i = 0; i < images.size(); ++i) {
    const Regions regions = regions_of(session.sample(images[i]).target, boundary);
    for (const Region region : all_regions)
      for (std::size_t p = 0; p < regions[region].size(); ++p)
        mean[region].pixels[p] += static_cast<float>(regions[region][p]);  // counts: exact
    progress(static_cast<unet::Index>(i + 1), static_cast<unet::Index>(images.size()));
  }
  return mean;
}

/// Images on which thresholds are chosen: validation, or training when that is what is judged or when there is none.
std::string choosing_part(const Session& session, const std::string& judged) {
  return judged == "validation" || session.split().validation.empty() ? "train" : "validation";
}

}  // namespace

FeatureNumbers measure(Session& session, const FeatureMapsOptions& options) {
  const std::vector<std::string> names = block_names(session.model());
  const std::string chosen_part = choosing_part(session, options.part);
  FeatureNumbers numbers{names,
                         {},
                         {},
                         Marking(names, position_prior(session, options.boundary)),
                         session.images(chosen_part),
                         session.images(options.part),
                         chosen_part};
  std::vector<unet::ChannelMoments> moments;
  const auto pass = [&](const std::vector<unet::Index>& images, bool choosing, const std::string& task) {
    TaskProgress progress(task);
    for (std::size_t i = 0; i < images.size(); ++i) {
      const Session::Sample sample = session.sample(images[i]);
      const std::vector<unet::HostTensor<float>> maps = finite_outputs(session, names, sample.image.view());
      std::vector<unet::Image> pictures;
      numbers.shapes.clear();
      for (const unet::HostTensor<float>& map : maps) {
        pictures.push_back(mean_picture(map.view()));
        numbers.shapes.push_back(map.shape);
      }
      for (std::size_t b = 0; b < names.size() && !choosing; ++b) {
        if (moments.size() <= b) moments.emplace_back(maps[b].shape.c);
        moments[b].add(maps[b].view());
      }
      numbers.marking.take(regions_of(sample.target, options.boundary),
                           at_figure_size(unet::mean_map(sample.image.view())), pictures, numbers.shapes, choosing);
      progress(static_cast<unet::Index>(i + 1), static_cast<unet::Index>(images.size()));
    }
  };
  pass(numbers.chosen_on, true, "feature maps, choosing thresholds");
  numbers.marking.choose();
  pass(numbers.judged_on, false, "feature maps");
  for (const unet::ChannelMoments& m : moments) numbers.summary.push_back(unet::summarise(m, options.redundant));
  return numbers;
}

}  // namespace app
