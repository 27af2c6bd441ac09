// The U-Net as one recursive type: convolve twice, concatenate the result with itself seen through a smaller U-Net, convolve
// twice.
// Source: Ronneberger, Fischer, Brox, "U-Net: Convolutional networks for biomedical image segmentation", MICCAI 2015; here
// with same padding and batch normalisation after each ReLU.
#pragma once
#include <span>
#include <string>

#include "unet/layers/layers.hpp"

namespace unet {

/// One level of the U: takes In channels, gives C, with `Below` levels under it. N x H x W x In -> N x H x W x C.
template <int In, int C, int Below>
struct LevelOf {
  using type = Sequential<Conv3x3BN<In, C>, Conv3x3BN<C, C>,
                          Concat<Sequential<Pool, typename LevelOf<C, 2 * C, Below - 1>::type, UpConv<2 * C, C>>>,
                          Conv3x3BN<2 * C, C>, Conv3x3BN<C, C>>;
};
/// The lowest level, the bottleneck.
template <int In, int C>
struct LevelOf<In, C, 0> {
  using type = Sequential<Conv3x3BN<In, C>, Conv3x3BN<C, C>>;
};

namespace detail {

/// Position of a place inside level K (1 = full resolution): through the Concats of the levels above it.
template <int K, class Above, int... Inside>
struct InLevel;
template <int... Above, int... Inside>
struct InLevel<1, Position<Above...>, Inside...> {
  using type = Position<Above..., Inside...>;
};
template <int K, int... Above, int... Inside>
requires(K > 1) struct InLevel<K, Position<Above...>, Inside...> {
  using type = typename InLevel<K - 1, Position<Above..., 2, 1>, Inside...>::type;
};

}  // namespace detail

/// Segmentation network: image of In channels -> Classes logits a pixel (1: binary). `Base` channels at full resolution,
/// doubled at each of `Depth` poolings. Height and width must be multiples of 2^Depth. UNet<1, 1, 32, 4> is the study's.
template <int In, int Classes, int Base, int Depth>
struct UNet : Sequential<typename LevelOf<In, Base, Depth>::type, Conv1x1<Base, Classes>> {
  static_assert(In >= 1 && Classes >= 1 && Base >= 1 && Depth >= 1,
                "UNet<In, Classes, Base, Depth>: each must be at least 1");
  static constexpr int classes = Classes, base = Base, depth = Depth;
  static constexpr int divisor = 1 << Depth;

  // Places whose output can be asked for by name, K = 1 at full resolution.
  template <int K>
  requires(K >= 1 && K <= Depth) using encoder = typename detail::InLevel<K, Position<0>, 1>::type;
  template <int K>
  requires(K >= 1 && K <= Depth) using decoder = typename detail::InLevel<K, Position<0>, 4>::type;
  using latent = typename detail::InLevel<Depth, Position<0>, 2, 0>::type;  ///< after the last pooling
  using bottleneck = typename detail::InLevel<Depth + 1, Position<0>, 1>::type;
  using bottleneck_conv1 = typename detail::InLevel<Depth + 1, Position<0>, 0>::type;
  using bottleneck_conv2 = bottleneck;
  using logits = Position<1>;

  /// Prefix of a tensor's name in files, as PyTorch's state_dict: "encoder1.conv1.", "decoder2.up.", "head.".
  /// `position` is the layer's, `module` its TensorSpec::module.
  static std::string tensor_prefix(std::span<const int> position, const std::string& module) {
    if (position[0] == 1) return "head.";
    std::size_t i = 1;
    int level = 1;
    while (i + 2 < position.size() && position[i] == 2 && position[i + 1] == 1) {
      ++level;
      i += 2;
    }
    const int place = position[i];
    if (place == 2) return "decoder" + std::to_string(level) + ".up.";  // the path's UpConv
    const std::string block = level > Depth ? "bottleneck"
                              : place < 2   ? "encoder" + std::to_string(level)
                                            : "decoder" + std::to_string(level);
    return block + "." + module + (place == 0 || place == 3 ? "1." : "2.");
  }
};

}  // namespace unet
