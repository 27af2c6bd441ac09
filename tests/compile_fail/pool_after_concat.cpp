// Pool can not read a concatenation: 2 maps are given, 1 is taken.
// expect: PartsFit<unet::Concat<unet::Sequential<unet::Conv3x3BN<8, 8> ?> ?>, 2, unet::Pool, 1>
#include "unet/layers/layers.hpp"

using Path = unet::Sequential<unet::Conv3x3BN<8, 8>>;
using Net = unet::Sequential<unet::Conv3x3BN<1, 8>, unet::Concat<Path>, unet::Pool>;
int main() { return Net::input_channels; }
