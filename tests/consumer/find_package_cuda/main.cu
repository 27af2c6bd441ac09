// A user's program for a GPU. Where there is none, it is told so.
#include <cstdio>

#include "unet/backends/cuda/cuda.hpp"
#include "unet/unet.hpp"

int main() {
  try {
    unet::Model<unet::UNet<1, 1, 8, 1>, unet::Cuda<unet::bf16>> model(1);
    const unet::HostTensor<float> image({1, 16, 16, 1});
    return model(image.view()).shape.pixels() == 256 ? 0 : 1;
  } catch (const unet::DeviceError& error) {
    std::puts(error.what());
    return 0;
  }
}
