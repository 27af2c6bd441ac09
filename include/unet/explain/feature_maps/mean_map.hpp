// A feature map as one picture: the mean over its channels, as the paper's figure 6 shows each block.
#pragma once
#include "unet/core/view.hpp"
#include "unet/imaging/image.hpp"

namespace unet {

/// Mean over the channels of image n of a map N x H x W x C in host memory: H x W x 1.
inline Image mean_map(View<const float> map, Index n = 0) {
  const Shape s = map.shape;
  Image mean(s.h, s.w, 1);
  for (Index y = 0; y < s.h; ++y)
    for (Index x = 0; x < s.w; ++x) {
      const float* const pixel = map.at(n, y, x);
      double sum = 0;
      for (Index c = 0; c < s.c; ++c) sum += static_cast<double>(pixel[c]);
      mean.pixels[static_cast<std::size_t>(y * s.w + x)] = static_cast<float>(sum / static_cast<double>(s.c));
    }
  return mean;
}

/// One channel of image n of such a map: H x W x 1.
inline Image channel_map(View<const float> map, Index channel, Index n = 0) {
  return mean_map(map.channels(channel, 1), n);
}

}  // namespace unet
