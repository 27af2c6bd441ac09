#include "support/picture/picture_url.hpp"

#include <new>

#include "support/text/markup.hpp"
#include "unet/data/stb.hpp"

namespace app {

namespace {

std::vector<std::uint8_t> encode_jpeg(const Picture& picture, int quality) {
  std::vector<std::uint8_t> jpeg;
  const auto append = [](void* to, void* data, int bytes) {
    const auto* const first = static_cast<const std::uint8_t*>(data);
    static_cast<std::vector<std::uint8_t>*>(to)->insert(static_cast<std::vector<std::uint8_t>*>(to)->end(), first,
                                                        first + bytes);
  };
  if (!stbi_write_jpg_to_func(append, &jpeg, static_cast<int>(picture.width), static_cast<int>(picture.height), 3,
                              picture.bytes.data(), quality))
    throw std::bad_alloc();
  return jpeg;
}

}  // namespace

std::string picture_url(const Picture& picture, int jpeg_quality) {
  const std::vector<std::uint8_t> png = encode_png(picture), jpeg = encode_jpeg(picture, jpeg_quality);
  return 2 * jpeg.size() < png.size() ? "data:image/jpeg;base64," + base64(jpeg)
                                      : "data:image/png;base64," + base64(png);
}

}  // namespace app
