#include "programs/kmeans/rows.hpp"

#include <cmath>
#include <optional>

#include "support/cli/task_progress.hpp"
#include "support/nets/weights_file.hpp"
#include "support/picture/picture_url.hpp"
#include "unet/data/image.hpp"
#include "unet/imaging/resize.hpp"

namespace app {

LayerRows layer_rows(Session& session, const std::vector<unet::Index>& images, const std::string& layer,
                     const unet::RowStoreOptions& options) {
  const auto count = static_cast<unet::Index>(images.size());
  const auto values_of = [&](unet::Index i) {
    Session::Sample sample = session.sample(images[static_cast<std::size_t>(i)]);
    if (layer == "pixels") return std::move(sample.image);
    return session.model().output(layer, std::as_const(sample.image).view());
  };
  TaskProgress progress(layer == "pixels" ? "reading pixels" : "computing " + layer);
  std::optional<LayerRows> result;
  for (unet::Index i = 0; i < count; ++i) {
    progress(i, count);
    const unet::HostTensor<float> map = values_of(i);
    for (const float value : map.values)
      if (!std::isfinite(value))
        throw unet::FileError(weights_file(session.options().model).string() + ": layer " + layer +
                              " has values that are not finite numbers; its weights are damaged or their training has "
                              "diverged");
    if (!result) result.emplace(LayerRows{map.shape, unet::RowStore(count, map.shape.size(), options)});
    result->rows.write(i, map.values.data());
  }
  progress(count, count);
  return std::move(*result);
}

ImageFacts image_facts(const Session& session, const std::vector<unet::Index>& images) {
  constexpr unet::Index side = 56;
  const unet::Shape s = session.data().shape();
  TaskProgress progress("reading images");
  ImageFacts facts;
  for (std::size_t i = 0; i < images.size(); ++i) {
    progress(static_cast<unet::Index>(i), static_cast<unet::Index>(images.size()));
    unet::Image image(s.h, s.w, s.c);
    image.pixels = session.sample(images[i]).image.values;
    double sum = 0;
    for (const float value : image.pixels) sum += value;
    facts.brightness.push_back(sum / static_cast<double>(image.pixels.size()));
    facts.thumbnails.push_back(picture_url(to_picture(unet::resize(image, side, side)), 70));
  }
  return facts;
}

}  // namespace app
