// A net of depth 4 has no fifth encoder.
// expect: this net has no output of that name; encoder<K> and decoder<K> exist for K = 1 .. Depth
#include "unet/unet.hpp"

int main() {
  unet::Model<unet::UNet<1, 1, 2, 4>, unet::Cpu<float>> model;
  return static_cast<int>(model.output<unet::encoder<5>>(unet::HostTensor<float>({1, 16, 16, 1}).view()).shape.c);
}
