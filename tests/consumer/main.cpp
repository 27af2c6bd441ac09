// A user's program, as small as it gets: include, name, run.
#include <iostream>
#include <unet/unet.hpp>

int main() {
  std::cout << "unet " << unet::version << "\n";
  return unet::to_string(unet::Shape{1, 2, 3, 4}) == "1x2x3x4" ? 0 : 1;
}
