// A U-Net needs at least one level.
// expect: UNet<In, Classes, Base, Depth>: each must be at least 1
#include "unet/models/unet.hpp"

using Net = unet::UNet<1, 1, 8, 0>;
int main() { return Net::input_channels; }
