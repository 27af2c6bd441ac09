// A backend in memory that the host can not read must not inherit a host's operations.
// expect: InheritsOnlyWhatItCan
#include "unet/unet.hpp"

struct Device : unet::EigenBackend<float> {
  static constexpr bool host_memory = false;
};

int main() {
  unet::Model<unet::UNet<1, 1, 2, 1>, Device> model;
  return static_cast<int>(model.parameters().size());
}
