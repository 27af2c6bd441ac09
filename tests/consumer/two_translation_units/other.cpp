// The other translation unit.
#include "all_headers.hpp"

const void* version_in_other_unit() { return &unet::version; }
