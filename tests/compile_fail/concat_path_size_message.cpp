// The message about a path that does not give back its size says what to do.
// expect: must give back the height and width that it takes.*balance Pool and UpConv
#include "unet/layers/layers.hpp"

using Net = unet::Sequential<unet::Conv3x3BN<1, 8>, unet::Concat<unet::Pool>, unet::Conv3x3BN<16, 8>>;
int main() { return Net::input_channels; }
