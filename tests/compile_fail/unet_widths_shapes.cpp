// The compiler's trace names both lists.
// expect: WidthsFit<(unet::)?Widths<8>, (unet::)?Widths<> ?>
#include "unet/models/unet.hpp"

using Net = unet::UNetOf<1, 1, unet::Widths<8>>;
int main() { return Net::input_channels; }
