// One layer after the other.
#pragma once
#include <algorithm>
#include <cstddef>
#include <tuple>
#include <utility>

#include "unet/layers/layer.hpp"

namespace unet {

/// Stands in error messages for two neighbouring layers and the channels that they give and take.
template <class From, int Gives, class To, int Takes>
struct ChannelsFit {
  static_assert(Gives == Takes || Takes == any_channels,
                "Sequential: a layer gives N x H x W x Gives but the next one takes N x H x W x Takes "
                "(ChannelsFit<From, Gives, To, Takes>)");
};

/// Stands in error messages for two neighbouring layers of which the second can not read a concatenation.
template <class From, int Gives, class To, int Takes>
struct PartsFit {
  static_assert(
      Gives <= Takes,
      "Sequential: after a Concat comes a convolution, not Pool or another Concat (PartsFit<From, maps given, To, "
      "maps taken>)");
};

template <class... Layers>
struct Sequential {
  static_assert(sizeof...(Layers) > 0, "Sequential<>: needs at least one layer");

  static constexpr std::size_t count = sizeof...(Layers);
  template <std::size_t I>
  using At = std::tuple_element_t<I, std::tuple<Layers...>>;

  static constexpr int input_channels = At<0>::input_channels;
  static constexpr int input_parts = At<0>::input_parts, output_parts = At<count - 1>::output_parts;
  static constexpr int output_channels(int in) {
    ((in = Layers::output_channels(in)), ...);
    return in;
  }
  static constexpr bool is_composition = true;
  static constexpr int log2_scale = (Layers::log2_scale + ...);
  static constexpr int log2_divisor = [] {
    int scale = 0, divisor = 0;
    ((divisor = std::max(divisor, Layers::log2_divisor - scale), scale += Layers::log2_scale), ...);
    return divisor;
  }();
  /// In pixels of the input: an output pixel depends on those at most so far from its own place. A map that is scaled by
  /// 2^-s has pixels 2^s wide, and a pixel of a map that is scaled up lies anywhere in the one that it was made from.
  /// unknown_halo if a layer's is.
  static constexpr Index halo = [] {
    Index sum = 0;
    int scale = 0;
    const auto width = [](int log2) { return log2 <= 0 ? Index{1} << -log2 : Index{0}; };
    const auto add = [&](Index halo, int log2_scale, bool composition) {
      const Index pixel = std::max<Index>(width(scale), 1);
      sum += halo * pixel;
      if (log2_scale > 0 && !composition) sum += pixel - width(scale + log2_scale);
      scale += log2_scale;
    };
    (add(halo_of<Layers>, Layers::log2_scale, IsComposition<Layers>), ...);
    return ((halo_of<Layers> == unknown_halo) || ...) ? unknown_halo : sum;
  }();
  static constexpr Extent extent = (Layers::extent + ...);
  static constexpr bool recompute_needs_input = (Layers::recompute_needs_input && ...);

  template <class B>
  using Saved = std::tuple<typename Layers::template Saved<B>...>;

  template <class B>
  static Activation<B> forward(Pass<B>& pass, const Slot<B>& slot, const Activation<B>& x, Saved<B>* saved) {
    return run<B, 0, count>(pass, slot, x, saved);
  }

  template <class B>
  static Activation<B> recompute(Pass<B>& pass, const Activation<B>& x, const Saved<B>& saved) {
    return recompute_layer<B, count - 1>(pass, x, saved);
  }

  template <class B>
  static Gradient<B> backward(Pass<B>& pass, const Slot<B>& slot, const Activation<B>& x, Saved<B>& saved,
                              Gradient<B> dy, const GradientRequest<B>& request) {
    return backward_from<B, 0>(pass, slot, x, saved, std::move(dy), request);
  }

  /// Calls f(LayerTag<L>, Position<...>, Extent offset) for each layer L that is not a composition, in order.
  template <int... Prefix, class F>
  static void for_each_layer(Position<Prefix...>, Extent start, F&& f) {
    [&]<std::size_t... I>(std::index_sequence<I...>) {
      (visit<At<I>>(Position<Prefix..., static_cast<int>(I)>{}, start + offset<I>, f), ...);
    }
    (std::make_index_sequence<count>{});
  }

 private:
  /// Channels that layers 0 .. I give.
  template <std::size_t I>
  static constexpr int gives = [] {
    int channels = input_channels;
    [&]<std::size_t... J>(std::index_sequence<J...>) { ((channels = At<J>::output_channels(channels)), ...); }
    (std::make_index_sequence<I + 1>{});
    return channels;
  }();
  /// Whether that is known here: where all of them take any number of channels, it depends on the net around them.
  template <std::size_t I>
  static constexpr bool knows = []<std::size_t... J>(std::index_sequence<J...>) {
    return ((At<J>::input_channels != any_channels) || ...);
  }
  (std::make_index_sequence<I + 1>{});

  /// sizeof only makes the compiler look at each pair of neighbours, so that a mistake is one error, in the pair.
  template <class Indices>
  struct Neighbours;
  template <std::size_t... I>
  struct Neighbours<std::index_sequence<I...>> {
    static_assert(((sizeof(PartsFit<At<I>, At<I>::output_parts, At<I + 1>, At<I + 1>::input_parts>) > 0) && ...));
    static_assert(((sizeof(ChannelsFit < At<I>, knows<I> ? gives<I> : At<I + 1>::input_channels, At<I + 1>,
                           At<I + 1>::input_channels >) > 0) &&
                   ...));
  };
  static_assert(sizeof(Neighbours<std::make_index_sequence<count - 1>>) > 0);

  template <std::size_t I>
  static constexpr Extent offset = [] {
    const Extent extents[] = {Layers::extent...};
    Extent sum;
    for (std::size_t i = 0; i != I; ++i) sum = sum + extents[i];
    return sum;
  }();

  /// Layers I .. End - 1. `x` is passed by value: its memory is free again as soon as layer I no longer needs it.
  template <class B, std::size_t I, std::size_t End>
  static Activation<B> run(Pass<B>& pass, const Slot<B>& slot, Activation<B> x, [[maybe_unused]] Saved<B>* saved) {
    if constexpr (I == End) {
      return x;
    } else {
      auto* const kept = saved ? &std::get<I>(*saved) : nullptr;
      x = At<I>::template forward<B>(pass, slot + offset<I>, x, kept);
      return run<B, I + 1, End>(pass, slot, std::move(x), saved);
    }
  }

  template <class B, std::size_t I>
  static Activation<B> recompute_layer(Pass<B>& pass, const Activation<B>& x, const Saved<B>& saved) {
    if constexpr (I == 0)
      return At<0>::template recompute<B>(pass, x, std::get<0>(saved));
    else if constexpr (At<I>::recompute_needs_input)
      return At<I>::template recompute<B>(pass, recompute_layer<B, I - 1>(pass, x, saved), std::get<I>(saved));
    else
      return At<I>::template recompute<B>(pass, {}, std::get<I>(saved));
  }

  /// Backward through layers I .. count - 1; `x` is the input of layer I. Memory is taken when a layer's turn comes.
  template <class B, std::size_t I>
  static Gradient<B> backward_from(Pass<B>& pass, const Slot<B>& slot, const Activation<B>& x, Saved<B>& saved,
                                   Gradient<B> dy, const GradientRequest<B>& request) {
    if constexpr (I + 1 < count) {
      const Activation<B> y = At<I>::template recompute<B>(pass, x, std::get<I>(saved));
      dy = backward_from<B, I + 1>(pass, slot, y, saved, std::move(dy), GradientRequest<B>::fresh());
    }
    return At<I>::template backward<B>(pass, slot + offset<I>, x, std::get<I>(saved), std::move(dy), request);
  }

  template <class L, int... P, class F>
  static void visit(Position<P...> position, Extent start, F& f) {
    if constexpr (requires { L::for_each_layer(position, start, f); })
      L::for_each_layer(position, start, f);
    else
      f(LayerTag<L>{}, position, start);
  }
};

}  // namespace unet
