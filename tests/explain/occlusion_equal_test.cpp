// Incremental and full occlusion give the same bits: Cpu, in the instruction set that UNET_ISA names.
#include "../compiled_backends.hpp"
#include "occlusion_cases.hpp"

using namespace occlusion_cases;
using unet::UNet;

namespace {

/// A layer that the library does not know.
struct OwnPool : unet::Pool {};

/// Like a backend whose kernels work in squares of 4 x 4 pixels.
struct Aligned : Float {
  static constexpr int alignment = 4;
};

}  // namespace

template <>
struct unet::LocalLayer<OwnPool> : unet::LocalLayer<unet::Pool> {};

TEST_CASE("random positions, patches, strides, sizes, fills and scores on nets of all depths") {
  check_methods_agree<UNet<1, 1, 4, 1>, Float>(30);
  check_methods_agree<UNet<1, 1, 3, 2>, Float>(25);
  check_methods_agree<UNet<3, 1, 4, 3>, Float>(15);
  check_methods_agree<UNet<1, 1, 2, 4>, Float>(15);
}

TEST_CASE("several classes") { check_methods_agree<UNet<2, 3, 4, 2>, Float>(20); }

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
