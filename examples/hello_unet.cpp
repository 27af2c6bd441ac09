// A first look at a U-Net: name its type, run it, and ask for what happens inside.
#include <cstdio>

// What is used alone, which compiles faster than the whole library, unet/unet.hpp.
#include "unet/backends/cpu/cpu.hpp"
#include "unet/models/model.hpp"
#include "unet/models/unet.hpp"

// The whole network is this one type: image channels, classes, channels at full resolution, number of poolings.
using Net = unet::UNet<1, 1, 16, 3>;

// What follows from the type is known before the program runs.
static_assert(Net::divisor == 8, "three poolings: height and width must be multiples of 8");
static_assert(unet::UNet<1, 1, 32, 4>::extent.parameters == 7'765'409, "the network of the study");

int main() {
  std::printf("UNet<1, 1, 16, 3> has %td parameters\n", Net::extent.parameters);

  // A model is a network with its weights, here random ones, on a backend. unet::load(model, "file.safetensors") fills in
  // those of a trained network.
  unet::Model<Net, unet::Cpu<float>> model(/*seed=*/1);

  // Two grey images of 96 x 64: batch x height x width x channels. A light square lies on a dark ground.
  unet::HostTensor<float> images({2, 96, 64, 1});
  for (int y = 32; y < 64; ++y)
    for (int x = 16; x < 48; ++x) images(0, y, x, 0) = images(1, y, x, 0) = 1;

  const auto logits = model(images.view());
  std::printf("input %s -> logits %s; the one in the middle is %.4f\n", to_string(images.shape).c_str(),
              to_string(logits.shape).c_str(), logits(0, 48, 32, 0));

  // Any place inside the network has a name. Only the layers before it are computed, and a name that this network does
  // not have (unet::encoder<4>) does not compile.
  const auto latent = model.output<unet::latent>(images.view());
  const auto encoder1 = model.output<unet::encoder<1>>(images.view());
  const auto decoder2 = model.output<unet::decoder<2>>(images.view());
  std::printf("latent %s, encoder 1 %s, decoder 2 %s\n", to_string(latent.shape).c_str(),
              to_string(encoder1.shape).c_str(), to_string(decoder2.shape).c_str());

  // Images of any other size: padded by reflection, the result cropped back.
  const unet::HostTensor<float> odd({1, 50, 61, 1});
  std::printf("input %s -> logits %s\n", to_string(odd.shape).c_str(),
              to_string(model.predict(odd.view()).shape).c_str());
}
