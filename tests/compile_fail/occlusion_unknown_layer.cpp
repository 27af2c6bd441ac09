// expect: incremental passes: this layer does not say which output pixels a change reaches
#include "unet/backends/cpu/cpu.hpp"
#include "unet/explain/occlusion/occlusion.hpp"

/// All but what computing in parts needs.
struct Own {
  using Like = unet::Conv1x1<1, 1>;
  static constexpr int input_channels = 1;
  static constexpr int output_channels(int) { return 1; }
  static constexpr int input_parts = 1, output_parts = 1;
  static constexpr bool recompute_needs_input = false;
  static constexpr int log2_scale = 0, log2_divisor = 0;
  static constexpr unet::Extent extent = Like::extent;
  template <class B>
  using Saved = Like::Saved<B>;
  template <class B>
  static unet::Activation<B> forward(unet::Pass<B>& pass, const unet::Slot<B>& slot, const unet::Activation<B>& x,
                                     Saved<B>* saved) {
    return Like::forward<B>(pass, slot, x, saved);
  }
};
using Net = unet::Sequential<Own>;

unet::OcclusionMap map(unet::Model<Net, unet::Cpu<float>>& model, unet::View<const float> image) {
  return unet::occlusion(model, image, image, {});
}
