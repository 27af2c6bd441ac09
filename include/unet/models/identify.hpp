// Which U-Net the tensors of a file are of.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "unet/io/safetensors_reader.hpp"
#include "unet/models/net_description.hpp"

namespace unet {

namespace detail {

inline std::string shape_text(const std::vector<Index>& shape) {
  std::string text = "[";
  for (const Index length : shape) text += (text.size() > 1 ? ", " : "") + std::to_string(length);
  return text + "]";
}

/// A convolution's weight, (out, in, k, k). FileError when there is none of that name.
inline const TensorInfo& find_weight(const SafetensorsReader& file, const std::string& name) {
  const TensorInfo* tensor = file.find(name);
  if (!tensor || tensor->shape.size() != 4)
    throw FileError(file.path().string() + ": these are not the weights of a U-Net of this library: no tensor '" +
                    name +
                    "' of four dimensions. Give a file written by `train`, or one with the names in the documentation");
  return *tensor;
}

/// Channels of a block, which both of its convolutions give: FileError when they do not, so that one wrong tensor is not
/// taken for another net.
inline int block_width(const SafetensorsReader& file, const std::string& block) {
  const TensorInfo &first = find_weight(file, block + ".conv1.weight"),
                   &second = find_weight(file, block + ".conv2.weight");
  if (first.shape[0] != second.shape[0] || second.shape[0] != second.shape[1])
    throw FileError(file.path().string() + ": tensor '" + first.name + "' has shape " + shape_text(first.shape) +
                    ", tensor '" + second.name + "' " + shape_text(second.shape) +
                    "; the two convolutions of a block must give equal numbers of channels");
  return static_cast<int>(first.shape[0]);
}

}  // namespace detail

/// Which U-Net a file's tensors are of, told from their names and shapes alone; of the blocks, those of this library are
/// known. FileError when they are of none.
inline NetDescription identify_net(const SafetensorsReader& file) {
  NetDescription net;
  net.in = static_cast<int>(detail::find_weight(file, "encoder1.conv1.weight").shape[1]);
  net.classes = static_cast<int>(detail::find_weight(file, "head.weight").shape[0]);
  const auto name = [&net](const char* side) { return side + std::to_string(net.depth() + 1); };
  while (file.find(name("encoder") + ".conv1.weight")) {
    net.widths.push_back(detail::block_width(file, name("encoder")));
    net.decoder_widths.push_back(detail::block_width(file, name("decoder")));
  }
  net.widths.push_back(detail::block_width(file, "bottleneck"));
  if (file.find("encoder1.norm1.running_mean"))
    net.block = file.find("encoder1.conv1.bias") ? "Conv3x3BN" : "Conv3x3BNReLU";
  return net;
}

namespace detail {

/// FileError unless the file holds a network like this one. Blocks that are not this library's are not told apart here:
/// their tensors have the right names and shapes or not.
inline void require_net(const SafetensorsReader& file, const NetDescription& net) {
  NetDescription found = identify_net(file);
  if (net.block != "Conv3x3BN" && net.block != "Conv3x3BNReLU") found.block = net.block;
  if (found != net)
    throw FileError(file.path().string() + ": it holds a " + to_string(found) + ", not the " + to_string(net) +
                    " that is asked for");
}

}  // namespace detail

}  // namespace unet
