// One of two translation units that include every public header; they must link and share one library.
#include <iostream>

#include "all_headers.hpp"

const void* version_in_other_unit();

int main() {
  const bool shared = version_in_other_unit() == &unet::version;
  std::cout << (shared ? "one definition" : "each translation unit has definitions of its own") << "\n";
  return shared ? 0 : 1;
}
