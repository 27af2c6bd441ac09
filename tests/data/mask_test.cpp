// Masks as people have them: of 0 and 1, of 0 and 255, in colours, of class numbers. What can not be told is refused.
#include "unet/data/mask.hpp"

#include "files.hpp"

namespace mask_test {

using namespace unet;
using namespace test;

namespace {

/// The pixels of a mask of 3x2 that is stored so.
std::vector<float> pixels(const Bytes& bytes) {
  const TemporaryFolder folder;
  write(folder / "m.png", bytes);
  return read_mask(folder / "m.png").pixels;
}

std::string refusal(const Bytes& bytes) {
  return message_of<FileError>([&] { pixels(bytes); });
}

Bytes rgb_png(const std::vector<unsigned>& values) { return make_png(3, 2, 8, 2, values); }

const std::vector<float> expected{0, 1, 0, 1, 1, 0};

}  // namespace

TEST_CASE("0 and 1, 0 and 255, in 8 or 16 bits, grey or as equal channels") {
  CHECK(pixels(grey_png(3, 2, {0, 255, 0, 255, 255, 0})) == expected);
  CHECK(pixels(grey_png(3, 2, {0, 1, 0, 1, 1, 0})) == expected);
  CHECK(pixels(make_png(3, 2, 16, 0, {0, 1, 0, 1, 1, 0})) == expected);
  CHECK(pixels(make_png(3, 2, 16, 0, {0, 65535, 0, 65535, 65535, 0})) == expected);
  const unsigned w = 255;
  CHECK(pixels(rgb_png({0, 0, 0, w, w, w, 0, 0, 0, w, w, w, w, w, w, 0, 0, 0})) == expected);
  CHECK(pixels(rgb_png({0, 0, 0, 1, 1, 1, 0, 0, 0, 1, 1, 1, 1, 1, 1, 0, 0, 0})) == expected);
  CHECK(pixels(grey_png(3, 2, {0, 0, 0, 0, 0, 0})) == std::vector<float>(6));
  // An edge that is smoothed, and a JPEG's small differences between channels.
  CHECK(pixels(grey_png(3, 2, {0, 255, 100, 255, 255, 3}))[2] == doctest::Approx(100 / 255.0));
  CHECK(pixels(grey_png(3, 2, {0, 100, 40, 0, 0, 0}))[1] ==
        doctest::Approx(100 / 255.0));  // a soft mask: nothing found
  CHECK(pixels(rgb_png({0, 9, 2, w, 250, 240, 0, 0, 0, w, w, w, w, w, w, 0, 0, 0}))[1] > 0.9f);
}

TEST_CASE("class numbers: nothing of the mask would be foreground, so it is refused with the values found") {
  const std::string message = refusal(grey_png(3, 2, {0, 1, 2, 1, 1, 0}));
  CHECK(contains(message, "m.png: a mask with the values 0, 1, 2 of 0 to 255, none of which is foreground"));
  CHECK(contains(message, "make those white that shall be found"));
  CHECK(contains(refusal(make_png(3, 2, 16, 0, {0, 1, 2, 1, 1, 0})), "the values 0, 1, 2 of 0 to 65535"));
  CHECK(contains(refusal(grey_png(3, 2, {0, 3, 0, 3, 0, 0})), "the values 0, 3 of 0 to 255"));
  CHECK(contains(refusal(grey_png(3, 2, {1, 2, 3, 4, 5, 6})), "the values 1, 2, 3, 4, 5, ... of"));
}

TEST_CASE("colours: which of them are foreground can not be told, so they are refused with those found") {
  // Left lung red, right lung green: by luminance half of the lungs would be background.
  const std::string message = refusal(rgb_png({0, 0, 0, 255, 0, 0, 0, 0, 0, 0, 255, 0, 255, 0, 0, 0, 0, 0}));
  CHECK(contains(message, "m.png: a mask in colours (red green blue): (0 255 0), (255 0 0); which of them"));
  CHECK(contains(message, "make it white there"));
}

}  // namespace mask_test
