// The convolutions of the study's net, UNet<1, 1, 32, 4>.
#pragma once
#include <string>
#include <vector>

#include "unet/backends/operands.hpp"

/// A convolution to `out` channels of maps of side x side pixels, of the channels of one map or of two concatenated ones.
struct NetConvolution {
  unet::Operation operation;
  std::vector<unet::Index> in;
  unet::Index out, side;

  /// "32x64@256", "64+64x64@256"
  std::string name() const {
    return std::to_string(in[0]) + (in.size() > 1 ? "+" + std::to_string(in[1]) : "") + "x" + std::to_string(out) +
           "@" + std::to_string(side);
  }
};

/// Those for images of side x side pixels, each shape once.
inline std::vector<NetConvolution> net_convolutions(unet::Index side) {
  using unet::Index;
  using unet::Operation;
  constexpr Index base = 32, depth = 4;
  std::vector<NetConvolution> all{{Operation::conv3x3, {1}, base, side}};
  for (Index level = 0; level <= depth; ++level) {
    const Index channels = base << level, size = side >> level;
    if (level > 0) all.push_back({Operation::conv3x3, {channels / 2}, channels, size});
    all.push_back({Operation::conv3x3, {channels}, channels, size});
    if (level == depth) continue;
    all.push_back({Operation::conv3x3, {channels, channels}, channels, size});
    all.push_back({Operation::up_conv, {2 * channels}, channels, size / 2});
  }
  all.push_back({Operation::conv1x1, {base}, 1, side});
  return all;
}
