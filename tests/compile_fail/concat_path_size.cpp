// A path that pools twice but goes up once does not give back the size that it takes: it scales by 2^-1.
// expect: PathKeepsSize<unet::Sequential<unet::Pool, unet::Pool, unet::UpConv<8, 8> ?>, -1>
#include "unet/layers/layers.hpp"

using Path = unet::Sequential<unet::Pool, unet::Pool, unet::UpConv<8, 8>>;
using Net = unet::Sequential<unet::Conv3x3BN<1, 8>, unet::Concat<Path>, unet::Conv3x3BN<16, 8>>;
int main() { return Net::input_channels; }
