// A user's program, as small as it gets: include, name a net, run it.
#include <iostream>
#include <unet/unet.hpp>

int main() {
  unet::Model<unet::UNet<1, 1, 4, 2>, unet::EigenBackend<float>> model;
  const unet::HostTensor<float> image(unet::Shape{1, 8, 12, 1});
  const unet::HostTensor<float> logits = model(image.view());
  std::cout << "unet " << unet::version << ": " << unet::to_string(image.shape) << " -> "
            << unet::to_string(logits.shape) << "\n";
  return logits.shape == image.shape ? 0 : 1;
}
