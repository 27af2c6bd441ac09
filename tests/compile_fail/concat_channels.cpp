// After a Concat come the channels of the skip and of the path: 8 + 4, not 8.
// expect: ChannelsFit<unet::Concat<unet::Sequential<unet::Pool, unet::UpConv<8, 4> ?> ?>, 12, unet::Conv3x3BN<8, 8>, 8>
#include "unet/layers/layers.hpp"

using Path = unet::Sequential<unet::Pool, unet::UpConv<8, 4>>;
using Net = unet::Sequential<unet::Conv3x3BN<1, 8>, unet::Concat<Path>, unet::Conv3x3BN<8, 8>>;
int main() { return Net::input_channels; }
