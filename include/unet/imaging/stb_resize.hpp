// The stb single-file library that resizes images. Its functions are static, so that this header works in any number of
// translation units without anything to link. A program that compiles stb_image_resize itself does so in another file.
#pragma once

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wunused-function"
#pragma GCC diagnostic ignored "-Wsign-compare"
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"
#pragma GCC diagnostic ignored "-Wpedantic"
#pragma GCC diagnostic ignored "-Wextra"

#define STB_IMAGE_RESIZE_STATIC
#define STB_IMAGE_RESIZE_IMPLEMENTATION
// One of its assertions ends programs at harmless sizes (75 to 50 pixels): about sums of weights that it then normalises.
#define STBIR_ASSERT(condition) ((void)0)

// Debian installs the header in a folder of its own, other package managers do not.
#if __has_include(<stb/stb_image_resize.h>)
#include <stb/stb_image_resize.h>
#else
#include <stb_image_resize.h>
#endif

#undef STB_IMAGE_RESIZE_IMPLEMENTATION
#undef STBIR_ASSERT

#pragma GCC diagnostic pop
