// The stb single-file libraries that read and write image files. Their functions are static, so that this header works in any number of
// translation units without anything to link. A program that compiles stb_image itself does so in another file.
#pragma once
#include "unet/data/stb_memory.hpp"

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wunused-function"
#pragma GCC diagnostic ignored "-Wsign-compare"
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"
#pragma GCC diagnostic ignored "-Wpedantic"
#pragma GCC diagnostic ignored "-Wextra"

#define STB_IMAGE_STATIC
#define STB_IMAGE_IMPLEMENTATION
#define STBI_NO_STDIO
#define STBI_ONLY_PNG
#define STBI_ONLY_JPEG
#define STBI_ONLY_BMP
#define STBI_MALLOC(bytes) unet::detail::decoder_allocate(bytes)
#define STBI_REALLOC(memory, bytes) unet::detail::decoder_reallocate(memory, bytes, bytes)
#define STBI_REALLOC_SIZED(memory, before, bytes) unet::detail::decoder_reallocate(memory, before, bytes)
#define STBI_FREE(memory) std::free(memory)
#define STB_IMAGE_WRITE_STATIC
#define STB_IMAGE_WRITE_IMPLEMENTATION
#define STBI_WRITE_NO_STDIO

// Debian installs the headers in a folder of their own, other package managers do not.
#if __has_include(<stb/stb_image.h>)
#include <stb/stb_image.h>
#include <stb/stb_image_write.h>
#else
#include <stb_image.h>
#include <stb_image_write.h>
#endif

#undef STB_IMAGE_IMPLEMENTATION
#undef STB_IMAGE_WRITE_IMPLEMENTATION

#pragma GCC diagnostic pop
