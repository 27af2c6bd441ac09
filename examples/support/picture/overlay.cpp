#include "support/picture/overlay.hpp"

#include <string>

#include "support/picture/label.hpp"

namespace app {

namespace {

/// True for the pixels of a class at most `thickness` pixels (along rows and columns) inside of its border. The edge of
/// the image counts as border, so that an outline is always closed.
bool on_outline(Mask mask, Index height, Index width, Index y, Index x, Index thickness) {
  const std::uint8_t label = mask[static_cast<std::size_t>(y * width + x)];
  if (label == 0) return false;
  const auto differs = [&](Index i, Index j) {
    return i < 0 || i >= height || j < 0 || j >= width || mask[static_cast<std::size_t>(i * width + j)] != label;
  };
  for (Index d = 1; d <= thickness; ++d)
    if (differs(y - d, x) || differs(y + d, x) || differs(y, x - d) || differs(y, x + d)) return true;
  return false;
}

}  // namespace

namespace detail {

void check_mask(const char* what, Mask mask, Index height, Index width) {
  if (!mask.empty() && mask.size() != static_cast<std::size_t>(height * width))
    throw unet::ShapeError(std::string("overlay: the ") + what + " has " + std::to_string(mask.size()) +
                           " pixels, the image " + std::to_string(height) + "x" + std::to_string(width) +
                           "; resize one of them");
}

}  // namespace detail

void draw_outlines(Picture& picture, Mask truth, Mask prediction, Index thickness) {
  detail::check_mask("truth", truth, picture.height, picture.width);
  detail::check_mask("prediction", prediction, picture.height, picture.width);
  const Index dash = 3 * thickness;
  for (Index y = 0; y < picture.height; ++y)
    for (Index x = 0; x < picture.width; ++x) {
      const auto has = [&](Mask mask) {
        return !mask.empty() && on_outline(mask, picture.height, picture.width, y, x, thickness);
      };
      const bool in_truth = has(truth), in_prediction = has(prediction);
      const bool truth_dash = (x / dash + y / dash) % 2 == 0;
      if (in_truth && (!in_prediction || truth_dash))
        picture.set(y, x, truth_colour);
      else if (in_prediction)
        picture.set(y, x, prediction_colour);
    }
}

Picture overlay(const unet::Image& image, Mask truth, Mask prediction) {
  const Index scale = std::max<Index>(1, (std::min(image.height, image.width) + 150) / 300);
  Picture plain = to_picture(image);
  draw_outlines(plain, truth, prediction, scale);

  const Index margin = 4 * scale;
  Picture picture(plain.height + label_height(scale) + 2 * margin, plain.width);
  picture.paste(plain, 0, 0);
  Index x = margin;
  const auto legend = [&](std::string_view word, Mask mask, Colour colour) {
    if (mask.empty()) return;
    draw_label(picture, word, plain.height + margin, x, scale, colour);
    x += label_width(word, scale) + margin;
  };
  legend("truth", truth, truth_colour);
  legend("prediction", prediction, prediction_colour);
  return picture;
}

Picture panel(const unet::Image& image, Mask truth, Mask prediction) {
  detail::check_mask("truth", truth, image.height, image.width);
  detail::check_mask("prediction", prediction, image.height, image.width);
  const Index factor = std::max<Index>(1, 320 / std::max(image.height, image.width));
  const unet::Image enlarged = unet::resize(image, factor * image.height, factor * image.width);
  const auto enlarge = [&](Mask mask) {
    std::vector<std::uint8_t> result;
    if (mask.empty()) return result;
    for (Index y = 0; y < enlarged.height; ++y)
      for (Index x = 0; x < enlarged.width; ++x)
        result.push_back(mask[static_cast<std::size_t>(y / factor * image.width + x / factor)]);
    return result;
  };
  const auto large_truth = enlarge(truth), large_prediction = enlarge(prediction);
  const Index thickness = std::max<Index>(1, (std::min(enlarged.height, enlarged.width) + 64) / 128);

  const Picture plain = to_picture(enlarged);
  Picture with_truth = plain, with_both = plain;
  draw_outlines(with_truth, large_truth, {}, thickness);
  draw_outlines(with_both, large_truth, large_prediction, thickness);

  const Index scale = std::max<Index>(1, (plain.width + 80) / 160), gap = 4 * scale;
  const Index head = label_height(scale) + 2 * gap;
  Picture result(head + plain.height, 3 * plain.width + 2 * gap);
  const Picture* tiles[] = {&plain, &with_truth, &with_both};
  for (Index i = 0; i < 3; ++i) result.paste(*tiles[i], head, i * (plain.width + gap));
  constexpr Colour grey = {200, 200, 200};
  const Index second = plain.width + gap, third = 2 * second;
  draw_label(result, "input", gap, gap, scale, grey);
  draw_label(result, "truth", gap, second + gap, scale, truth_colour);
  draw_label(result, "truth", gap, third + gap, scale, truth_colour);
  draw_label(result, "prediction", gap, third + 2 * gap + label_width("truth", scale), scale, prediction_colour);
  return result;
}

}  // namespace app
