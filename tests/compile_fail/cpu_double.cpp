// The fast backend stores float or bf16.
// expect: Cpu<T>: the kernels are for maps of float or bf16; EigenBackend takes any scalar
#include "unet/unet.hpp"

int main() {
  unet::Model<unet::UNet<1, 1, 2, 1>, unet::Cpu<double>> model;
  return static_cast<int>(model.parameters().size());
}
