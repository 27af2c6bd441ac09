// Image files of any bytes: PNG, JPEG and BMP, as images and as masks.
#include <algorithm>
#include <vector>

#include "input_folder.hpp"
#include "unet/data/mask.hpp"

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t most);

namespace {

/// Small, so that no input takes seconds because it is large and not because something is wrong.
constexpr unet::ImageLimits limits{.max_side = 512};

void check_pixels(const unet::Image& image) {
  for (const float value : image.pixels) fuzz::require(value >= 0 && value <= 1, "a pixel outside of [0, 1]");
}

/// Right checksums for all chunks of a PNG: with wrong ones nothing behind the check would be reached.
void mend_checksums(std::span<std::uint8_t> png) {
  for (std::size_t at = 8; at + 12 <= png.size();) {
    const std::size_t length = unet::detail::big_endian(png, at, 4);
    if (length > png.size() - at - 12) return;
    const std::uint32_t crc = unet::detail::crc32(png.subspan(at + 4, length + 4));
    for (std::size_t i = 0; i < 4; ++i) png[at + 8 + length + i] = static_cast<std::uint8_t>(crc >> (24 - 8 * i));
    at += length + 12;
  }
}

}  // namespace

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t most, unsigned seed) {
  size = LLVMFuzzerMutate(data, size, most);
  const std::span<std::uint8_t> bytes(data, size);
  if (seed % 16 != 0 && unet::detail::image_format(bytes) == unet::ImageFormat::png) mend_checksums(bytes);
  return size;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto path = fuzz::input_folder().write("image", fuzz::text_of(data, size));
  fuzz::accepts([&] { unet::read_image_info(path); });
  for (const int channels : {1, 3})
    fuzz::accepts([&] {
      const unet::Image image = unet::read_image(path, channels, limits);
      const unet::ImageInfo info = unet::read_image_info(path, limits);
      fuzz::require(image.height == info.height && image.width == info.width,
                    "an image of another size than its header");
      check_pixels(image);
    });
  fuzz::accepts([&] { check_pixels(unet::read_mask(path, limits)); });
  return 0;
}
