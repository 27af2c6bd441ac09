// The U-Net as one recursive type: convolve twice, concatenate the result with itself seen through a smaller U-Net, convolve
// twice.
// Source: Ronneberger, Fischer, Brox, "U-Net: Convolutional networks for biomedical image segmentation", MICCAI 2015; here
// with same padding and batch normalisation.
#pragma once
#include <algorithm>
#include <array>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "unet/layers/layers.hpp"

namespace unet {

/// Channels of the levels of a U-Net, from full resolution down.
template <int... Channels>
struct Widths {
  static constexpr int count = sizeof...(Channels);
  static constexpr std::array<int, sizeof...(Channels)> values{Channels...};
  static constexpr bool positive = ((Channels >= 1) && ...);
};

/// A level of the U and all below it. N x H x W x In -> N x H x W x (first of Up, or of Down at the bottom).
/// Block<In, Out>: the layer that convolves. Down: channels on the way down, the bottleneck last; Up: on the way up, by level.
template <int In, template <int, int> class Block, class Down, class Up>
struct LevelOf;
template <int In, template <int, int> class Block, int C, int... LowerC, int UpC, int... LowerUpC>
struct LevelOf<In, Block, Widths<C, LowerC...>, Widths<UpC, LowerUpC...>> {
  using Lower = typename LevelOf<C, Block, Widths<LowerC...>, Widths<LowerUpC...>>::type;
  using type =
      Sequential<Block<In, C>, Block<C, C>, Concat<Sequential<Pool, Lower, UpConv<Lower::output_channels(C), UpC>>>,
                 Block<C + UpC, UpC>, Block<UpC, UpC>>;
};
/// The lowest level, the bottleneck.
template <int In, template <int, int> class Block, int C>
struct LevelOf<In, Block, Widths<C>, Widths<>> {
  using type = Sequential<Block<In, C>, Block<C, C>>;
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

template <class Layer>
constexpr std::string_view name_of() {
  if constexpr (requires { std::string_view(Layer::name); })
    return Layer::name;
  else
    return "";
}

/// Base, 2 Base, 4 Base, ...: as many widths as there are Level.
template <int Base, int... Level>
Widths<(Base << Level)...> doubled(std::integer_sequence<int, Level...>);
template <int Base, int Depth>
using Doubled = decltype(doubled<std::max(Base, 1)>(std::make_integer_sequence<int, std::max(Depth, 1) + 1>{}));

/// All widths but the last.
template <class W, std::size_t... I>
Widths<W::values[I]...> without_last(std::index_sequence<I...>);
template <class W>
using WithoutLast = decltype(without_last<W>(std::make_index_sequence<(W::count > 0 ? W::count - 1 : 0)>{}));

}  // namespace detail

/// Stands in error messages for the widths of a UNetOf on the way down and up.
template <class Down, class Up>
struct WidthsFit {
  static constexpr bool value = Down::count >= 2 && Up::count == Down::count - 1 && Down::positive && Up::positive;
  // These, or others that fit: so that a mistake gives one error.
  using down = std::conditional_t<value, Down, Widths<1, 1>>;
  using up = std::conditional_t<value, Up, Widths<1>>;
  static_assert(value,
                "UNetOf<In, Classes, Down, Block, Up>: Down gives a width of at least 1 to each level and to the "
                "bottleneck, at least two; Up, when it is given, one to each level, one less than Down "
                "(WidthsFit<Down, Up>)");
};

namespace detail {

template <int In, int Classes, template <int, int> class Block, class Fit>
using UNetLayers = Sequential<typename LevelOf<In, Block, typename Fit::down, typename Fit::up>::type,
                              Conv1x1<Fit::up::values[0], Classes>>;

}  // namespace detail

/// Segmentation network: image of In channels -> Classes logits a pixel (1: binary).
///
/// Down: channels at each level, from full resolution to the bottleneck; there are as many poolings as widths less one, and
/// height and width must be multiples of 2^poolings. Block<In, Out>: the layer that convolves, twice a level, such as
/// Conv3x3BN; files say its `name`, if it has one. Up: channels on the way up, from full resolution, one less than Down; as Down unless it is given. They need
/// not double: a pruned net has what is left of each block.
template <int In, int Classes, class Down, template <int, int> class Block = Conv3x3BN,
          class Up = detail::WithoutLast<Down>>
struct UNetOf : detail::UNetLayers<In, Classes, Block, WidthsFit<Down, Up>> {
  static constexpr auto widths = WidthsFit<Down, Up>::down::values;  ///< of the encoder's levels and the bottleneck
  static constexpr auto decoder_widths = WidthsFit<Down, Up>::up::values;
  static constexpr int classes = Classes, depth = static_cast<int>(decoder_widths.size());
  static constexpr int divisor = 1 << depth;
  static constexpr std::string_view block = detail::name_of<Block<1, 1>>();  ///< empty when it has no name

  // Places whose output can be asked for by name, K = 1 at full resolution.
  template <int K>
  requires(K >= 1 && K <= depth) using encoder = typename detail::InLevel<K, Position<0>, 1>::type;
  template <int K>
  requires(K >= 1 && K <= depth) using decoder = typename detail::InLevel<K, Position<0>, 4>::type;
  using latent = typename detail::InLevel<depth, Position<0>, 2, 0>::type;  ///< after the last pooling
  using bottleneck = typename detail::InLevel<depth + 1, Position<0>, 1>::type;
  using bottleneck_conv1 = typename detail::InLevel<depth + 1, Position<0>, 0>::type;
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
    const std::string part = level > depth ? "bottleneck"
                             : place < 2   ? "encoder" + std::to_string(level)
                                           : "decoder" + std::to_string(level);
    return part + "." + module + (place == 0 || place == 3 ? "1." : "2.");
  }
};

/// The U-Net whose channels double: `Base` at full resolution, doubled at each of `Depth` poolings. UNet<1, 1, 32, 4> is the
/// study's: UNetOf<1, 1, Widths<32, 64, 128, 256, 512>> under a shorter name.
template <int In, int Classes, int Base, int Depth>
struct UNet : UNetOf<In, Classes, detail::Doubled<Base, Depth>> {
  static_assert(In >= 1 && Classes >= 1 && Base >= 1 && Depth >= 1,
                "UNet<In, Classes, Base, Depth>: each must be at least 1");
  static constexpr int base = Base;
};

}  // namespace unet
