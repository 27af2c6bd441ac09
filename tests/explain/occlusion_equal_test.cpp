// Incremental and full occlusion give the same bits: Cpu, in the instruction set that UNET_ISA names.
#include "../compiled_backends.hpp"
#include "occlusion_cases.hpp"

namespace occlusion_equal_test {

using namespace occlusion_cases;
using unet::UNet;

namespace {

/// A layer that the library does not know.
struct OwnPool : unet::Pool {};

/// Like a backend whose kernels work in squares of 4 x 4 pixels: a value's last bits depend on where in its square the pixel
/// lies, and on how far the square is cut off. A rectangle that does not begin and end as such squares do has other bits.
struct Aligned : Float {
  static constexpr Index pixel_alignment(unet::Operation) { return 4; }

  static void conv3x3_forward(Context& context, const Input& x, Weights w, Out y, unet::Padding padding,
                              const Epilogue& epilogue) {
    Float::conv3x3_forward(context, x, w, y, padding, epilogue);
    disturb(y);
  }
  static void up_conv_forward(Context& context, const Input& x, Weights w, Out y, const Epilogue& epilogue) {
    Float::up_conv_forward(context, x, w, y, epilogue);
    disturb(y);
  }
  static void conv1x1_forward(Context& context, const Input& x, Weights w, Out y, const Epilogue& epilogue) {
    Float::conv1x1_forward(context, x, w, y, epilogue);
    disturb(y);
  }
  static void max_pool_forward(Context& context, const Source& x, Out y) {
    Float::max_pool_forward(context, x, y);
    disturb(y);
  }

 private:
  static void disturb(Out y) {
    for (Index n = 0; n < y.shape.n; ++n)
      for (Index i = 0; i < y.shape.h; ++i)
        for (Index j = 0; j < y.shape.w; ++j) {
          const Index height = std::min<Index>(4, y.shape.h - i / 4 * 4),
                      width = std::min<Index>(4, y.shape.w - j / 4 * 4);
          const auto place = static_cast<float>(((i % 4 * 4 + j % 4) * 4 + height - 1) * 4 + width);
          for (Index c = 0; c < y.shape.c; ++c) y.at(n, i, j)[c] *= 1 + place * 0x1p-20f;
        }
  }
};

}  // namespace

TEST_CASE("random positions, patches, strides, sizes, fills and scores on nets of all depths") {
  check_methods_agree<UNet<1, 1, 4, 1>, Float>(30);
  check_methods_agree<UNet<1, 1, 3, 2>, Float>(25);
  check_methods_agree<UNet<3, 1, 4, 3>, Float>(15);
  check_methods_agree<UNet<1, 1, 2, 4>, Float>(15);
}

TEST_CASE("several classes") { check_methods_agree<UNet<2, 3, 4, 2>, Float>(20); }

TEST_CASE("nets of other widths and of the other block") {
  using namespace unet;
  check_methods_agree<UNetOf<1, 1, Widths<3, 5, 4>, Conv3x3BNReLU, Widths<2, 6>>, Float>(20);
  check_methods_agree<UNetOf<1, 1, Widths<2, 3>, Conv3x3BNReLU>, Aligned>(10);
  check_large_image<UNetOf<1, 1, Widths<4, 6, 5>, Conv3x3BNReLU>, Float>(96, 64);
}

TEST_CASE("compositions that are no U-Nets, with a layer of one's own") {
  using namespace unet;
  check_methods_agree<Sequential<Conv3x3BN<1, 3>, Conv1x1<3, 1>>, Float>(10);
  using Path = Sequential<Conv3x3BN<1, 2>, Pool, OwnPool, UpConv<2, 2>, UpConv<2, 2>>;
  check_methods_agree<Sequential<Concat<Path>, Conv1x1<3, 1>>, Float>(10);
  check_methods_agree<Sequential<Conv3x3BN<1, 2>, Concat<Sequential<Conv1x1<2, 3>>>, UpConv<5, 2>, Pool, Conv1x1<2, 1>>,
                      Float>(10);
  using Inner = Concat<Sequential<Conv3x3BN<2, 2>, Concat<Sequential<Conv3x3BN<2, 2>>>, Conv1x1<4, 3>>>;
  check_methods_agree<Sequential<Conv3x3BN<1, 2>, Inner, Conv3x3BN<5, 2>, Conv1x1<2, 1>>, Float>(10);
}

TEST_CASE("images larger than the cones") {
  check_large_image<UNet<1, 1, 8, 1>, Float>(64, 48);
  check_large_image<UNet<1, 1, 4, 2>, Float>(96, 160);
}

TEST_CASE("a backend that computes aligned rectangles alone") {
  check_methods_agree<UNet<1, 1, 3, 2>, Aligned>(15);
  check_large_image<UNet<1, 1, 4, 2>, Aligned>(96, 64);
}

}  // namespace occlusion_equal_test
