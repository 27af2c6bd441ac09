// A layer that gives another number of channels than the next one takes.
// expect: a layer gives N x H x W x Gives but the next one takes N x H x W x Takes
#include "unet/layers/layers.hpp"

using Net = unet::Sequential<unet::Conv3x3BN<1, 8>, unet::Conv3x3BN<16, 8>>;
int main() { return Net::input_channels; }
