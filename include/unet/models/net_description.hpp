// Which U-Net something is, as a type of this library and in the metadata of a file.
#pragma once
#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "unet/version.hpp"

namespace unet {

/// A U-Net in numbers, see UNetOf.
struct NetDescription {
  int in = 0, classes = 0;
  std::vector<int> widths;          ///< of the encoder's levels, from full resolution, and of the bottleneck
  std::vector<int> decoder_widths;  ///< of the decoder's levels, from full resolution
  std::string block;                ///< name of the layer that convolves; empty when it is not known

  int depth() const { return static_cast<int>(decoder_widths.size()); }
  /// Whether the decoder's levels have the widths of the encoder's.
  bool symmetric() const {
    return widths.size() == decoder_widths.size() + 1 &&
           std::equal(decoder_widths.begin(), decoder_widths.end(), widths.begin());
  }
  /// Whether it is a UNet<in, classes, base, depth>.
  bool doubles() const {
    for (std::size_t i = 1; i < widths.size(); ++i)
      if (widths[i] != 2 * widths[i - 1]) return false;
    return symmetric() && block == "Conv3x3BN";
  }
  friend bool operator==(const NetDescription&, const NetDescription&) = default;
};

/// "32, 64, 128"
inline std::string to_string(const std::vector<int>& widths) {
  std::string text;
  for (const int width : widths) text += (text.empty() ? "" : ", ") + std::to_string(width);
  return text;
}

/// The net as its type: "UNet<1, 1, 32, 4> (in, classes, base, depth)" or "UNetOf<1, 1, Widths<20, 50>, Conv3x3BN>".
inline std::string to_string(const NetDescription& net) {
  const std::string start = std::to_string(net.in) + ", " + std::to_string(net.classes) + ", ";
  if (net.doubles())
    return "UNet<" + start + std::to_string(net.widths[0]) + ", " + std::to_string(net.depth()) +
           "> (in, classes, base, depth)";
  return "UNetOf<" + start + "Widths<" + to_string(net.widths) + ">, " +
         (net.block.empty() ? "(unknown block)" : net.block) +
         (net.symmetric() ? "" : ", Widths<" + to_string(net.decoder_widths) + ">") + ">";
}

template <class Net>
concept DescribedNet = requires {
  Net::widths;
  Net::decoder_widths;
  Net::block;
  NetDescription{Net::input_channels, Net::classes, {}, {}, {}};
};

template <DescribedNet Net>
inline const NetDescription description_of{Net::input_channels,
                                           Net::classes,
                                           {Net::widths.begin(), Net::widths.end()},
                                           {Net::decoder_widths.begin(), Net::decoder_widths.end()},
                                           std::string(Net::block)};

/// Metadata of a weights file: library version, net, and how images are scaled before they enter it.
template <class Net>
std::map<std::string, std::string> weights_metadata() {
  std::map<std::string, std::string> metadata{
      {"library", "unet"}, {"version", std::string(version)}, {"input_normalisation", "pixels scaled to [0, 1]"}};
  if constexpr (DescribedNet<Net>) {
    metadata["net"] = "UNet";
    metadata["in_channels"] = std::to_string(Net::input_channels);
    metadata["classes"] = std::to_string(Net::classes);
    const NetDescription& net = description_of<Net>;
    metadata["widths"] = to_string(net.widths);
    if (!net.symmetric()) metadata["decoder_widths"] = to_string(net.decoder_widths);
    if (!net.block.empty()) metadata["block"] = net.block;
    if (net.doubles()) {  // how version 0.1.0 says it
      metadata["base"] = std::to_string(net.widths[0]);
      metadata["depth"] = std::to_string(net.depth());
    }
  }
  return metadata;
}

}  // namespace unet
