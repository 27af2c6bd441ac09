// The fast backend is for float.
// expect: Cpu<T>: the kernels are for float; EigenBackend takes any scalar
#include "unet/unet.hpp"

int main() {
  unet::Model<unet::UNet<1, 1, 2, 1>, unet::Cpu<double>> model;
  return static_cast<int>(model.parameters().size());
}
