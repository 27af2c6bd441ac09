// Folders of images and masks for the programs, sound and with one flaw.
#pragma once
#include <functional>

#include "process.hpp"
#include "unet/chest/phantom.hpp"

namespace test {

inline void write_grey(const fs::path& path, const unet::Image& image) {
  fs::create_directories(path.parent_path());
  unet::write_png(path, image.height, image.width, 1, unet::to_bytes(image).data());
}

/// `count` phantom images in images/ (image_0.png, ...) and their masks in masks/ (image_0_mask.png, ...).
inline void write_images(const fs::path& folder, int count, unet::Index height = 48, unet::Index width = 48) {
  unet::PhantomOptions options;
  options.count = count;
  options.height = height;
  options.width = width;
  const unet::Phantom phantom(options);
  unet::Image image(height, width, 1), mask(height, width, 1);
  for (int i = 0; i < count; ++i) {
    phantom.load(i, image.view(), mask.view());
    const std::string name = "image_" + std::to_string(i);
    write_grey(folder / "images" / (name + ".png"), image);
    write_grey(folder / "masks" / (name + "_mask.png"), mask);
  }
}

/// One way in which an image file can be bad, and words of the message about it.
struct BadImage {
  std::string name;
  Bytes bytes;
  std::vector<std::string> words;
};

inline std::vector<BadImage> bad_images() {
  Bytes noise;
  for (unsigned i = 0; i < 48 * 48; ++i) noise.push_back(static_cast<std::uint8_t>(i * 37 % 251));
  const Bytes png = grey_png(48, 48, std::vector<unsigned>(noise.begin(), noise.end()));
  const Bytes jpeg = make_jpeg(48, 48, 1, noise);
  Bytes corrupt = png;
  corrupt[corrupt.size() / 2] ^= 0xFF;
  const std::string text = "this is no image";
  return {{"truncated PNG", Bytes(png.begin(), png.begin() + 600), {"cut off after 600 bytes", "copy or download"}},
          {"corrupt PNG", corrupt, {"wrong checksum", "copy or download"}},
          {"truncated JPEG",
           Bytes(jpeg.begin(), jpeg.begin() + static_cast<long>(jpeg.size() / 2)),
           {"JPEG that is cut off", "copy or download"}},
          {"text", Bytes(text.begin(), text.end()), {"is not a PNG, JPEG or BMP image", "convert it or remove it"}},
          {"huge", make_png(40000, 40000, 8, 0, {}), {"40000x40000", "16384", "shrink the image"}},
          {"zero bytes", {}, {"empty file", "copy or download"}}};
}

}  // namespace test
