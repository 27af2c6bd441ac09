// What an occluded image shows in place of its patch.
#pragma once
#include <cmath>

#include "unet/core/random.hpp"
#include "unet/explain/occlusion/options.hpp"
#include "unet/graph/reach.hpp"
#include "unet/imaging/blur.hpp"

namespace unet {

/// Patches for one image. Noise depends on the seed, the image's number, the patch's corner and size and the draw alone.
class OcclusionPatches {
 public:
  /// image: 1 x H x W x C in [0, 1]; must outlive this.
  OcclusionPatches(View<const float> image, const OcclusionOptions& options) : image_(image), options_(&options) {
    const Shape s = image.shape;
    const double count = static_cast<double>(s.h * s.w);
    for (Index c = 0; c < s.c; ++c) {
      double sum = 0, squares = 0;
      each_value(c, [&](double value) { sum += value; });
      each_value(c, [&](double value) { squares += (value - sum / count) * (value - sum / count); });
      mean_.push_back(sum / count);
      deviation_.push_back(std::sqrt(squares / count));
    }
    if (options.fill == OcclusionFill::blur) blurred_ = blurred(image, options.patch);
  }

  /// Writes the values of the patch `area` of the image, one draw of them. to: 1 x h x w x C.
  void fill(const Rectangle& area, int draw, View<float> to) const {
    Random random = noise(area, draw);
    // A patch that is cut off by the border has the noise of a whole one.
    for (Index i = 0; i < options_->patch; ++i)
      for (Index j = 0; j < options_->patch; ++j)
        for (Index c = 0; c < image_.shape.c; ++c) {
          const float value = draw_value(random, c, area.y.begin + i, area.x.begin + j);
          if (i < area.y.size() && j < area.x.size()) to.at(0, i, j)[c] = value;
        }
  }

 private:
  template <class F>
  void each_value(Index c, const F& f) const {
    for (Index y = 0; y < image_.shape.h; ++y)
      for (Index x = 0; x < image_.shape.w; ++x) f(static_cast<double>(image_.at(0, y, x)[c]));
  }

  /// A position's stream gives the seed of its draws' streams.
  Random noise(const Rectangle& area, int draw) const {
    const auto corner = static_cast<std::uint32_t>(area.y.begin * image_.shape.w + area.x.begin);
    Random position(options_->seed, Purpose::occlusion, corner, options_->image);
    const std::uint64_t low = position(), high = position();
    return Random(high << 32 | low, Purpose::occlusion, static_cast<std::uint32_t>(draw));
  }

  float draw_value(Random& random, Index c, Index y, Index x) const {
    const auto channel = static_cast<std::size_t>(c);
    switch (options_->fill) {
      case OcclusionFill::uniform:
        return static_cast<float>(random.uniform());
      case OcclusionFill::normal:
        return std::clamp(static_cast<float>(mean_[channel] + deviation_[channel] * random.normal()), 0.0f, 1.0f);
      case OcclusionFill::mean:
        return static_cast<float>(mean_[channel]);
      case OcclusionFill::blur:
        return y < image_.shape.h && x < image_.shape.w ? blurred_(0, y, x, c) : 0;
      case OcclusionFill::black:
        break;
    }
    return 0;
  }

  View<const float> image_;
  const OcclusionOptions* options_;
  std::vector<double> mean_, deviation_;
  HostTensor<float> blurred_;
};

}  // namespace unet
