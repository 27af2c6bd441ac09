// Images and their latents as long rows of numbers.
#pragma once
#include <cmath>
#include <optional>
#include <string>
#include <vector>

#include "support/cli/task_progress.hpp"
#include "support/page/markup.hpp"
#include "support/session/session.hpp"
#include "support/session/weights_file.hpp"
#include "unet/cluster/row_store.hpp"

namespace app {

struct LayerRows {
  unet::Shape shape;    ///< of one image's map, n = 1
  unet::RowStore rows;  ///< one for each image, the map flattened in the order height, width, channel
};

/// The normalised output of a layer, or the "pixels" themselves, for each of `images`.
/// Throws unet::FileError when the rows find no room or are not finite, and Interrupted.
inline LayerRows layer_rows(Session& session, const std::vector<unet::Index>& images, const std::string& layer,
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

struct ImageFacts {
  std::vector<double> brightness;       ///< mean pixel of each image, from 0 to 1
  std::vector<std::string> thumbnails;  ///< small grey PNGs as data URIs
};

/// Throws unet::FileError, Interrupted.
inline ImageFacts image_facts(const Session& session, const std::vector<unet::Index>& images) {
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
    std::vector<std::uint8_t> bytes = unet::to_bytes(unet::resize(image, side, side));
    for (std::uint8_t& byte : bytes) byte &= 0xFC;  // 64 greys are enough for a thumbnail, and take half the room
    const auto png = unet::encode_png(side, side, static_cast<int>(s.c), bytes.data());
    facts.thumbnails.push_back("data:image/png;base64," + base64(png));
  }
  return facts;
}

}  // namespace app
