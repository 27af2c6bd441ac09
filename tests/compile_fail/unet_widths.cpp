// A width for each level and the bottleneck; a list for the way up is one shorter.
// expect: Up, when it is given, one to each level, one less than Down
#include "unet/models/unet.hpp"

using Net = unet::UNetOf<1, 1, unet::Widths<8, 12, 20>, unet::Conv3x3BN, unet::Widths<8, 12, 20>>;
int main() { return Net::input_channels; }
