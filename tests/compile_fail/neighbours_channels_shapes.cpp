// The message about a wrong number of channels shows both layers with what one gives and the other takes.
// expect: ChannelsFit<unet::Conv3x3BN<1, 8>, 8, unet::Conv3x3BN<16, 8>, 16>
#include "unet/layers/layers.hpp"

using Net = unet::Sequential<unet::Conv3x3BN<1, 8>, unet::Conv3x3BN<16, 8>>;
int main() { return Net::input_channels; }
