// The other translation unit.
#include "all_headers.hpp"

const char* version_in_other_unit() { return unet::version; }
const int* major_in_other_unit() { return &unet::version_major; }
