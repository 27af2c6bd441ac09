#include "programs/predict/net_size.hpp"

#include <charconv>

#include "unet/core/error.hpp"
#include "unet/data/image.hpp"

namespace app {

namespace {

unet::Index side(const std::string& text, const std::string& whole) {
  unet::Index value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool number = end == text.data() + text.size() && !text.empty() && error != std::errc::invalid_argument;
  if (!number)
    throw unet::OptionError("--size: '" + whole + "' is no size; use native, a number such as 256, or height x width " +
                            "such as 256x320");
  constexpr unet::Index most = unet::ImageLimits{}.max_side;
  if (error != std::errc() || value < 1 || value > most)
    throw unet::OptionError("--size must be from 1 to " + std::to_string(most) + ", not " + text);
  return value;
}

}  // namespace

NetSize parse_net_size(const std::string& text) {
  if (text == "native") return {};
  const std::size_t x = text.find('x');
  const unet::Index height = side(text.substr(0, x), text);
  return {height, x == text.npos ? height : side(text.substr(x + 1), text)};
}

}  // namespace app
