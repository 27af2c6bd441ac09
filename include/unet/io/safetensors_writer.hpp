// Writing safetensors files.
#pragma once
#include <bit>
#include <cstddef>
#include <functional>
#include <set>
#include <span>

#include "unet/io/atomic_file.hpp"
#include "unet/io/json_text.hpp"
#include "unet/io/safetensors_header.hpp"

namespace unet {

static_assert(std::endian::native == std::endian::little,
              "safetensors files are little-endian, as this machine is not");

struct TensorToWrite {
  std::string name;
  DType dtype = DType::f32;
  std::vector<Index> shape;    ///< empty for a scalar
  const void* data = nullptr;  ///< row-major, in host memory; may be null when the shape holds no element
  /// Instead of data: writes the tensor to `to` when its turn comes, so that not all need memory at once.
  std::function<void(void* to)> produce{};
  /// Instead of data: writes the tensor's bytes to the file in pieces, for one that memory does not hold.
  std::function<void(OutputFile& to)> stream{};
};

namespace detail {

/// What a header says of a tensor whose bytes are from `begin` to `end`.
inline std::string tensor_json(const TensorToWrite& tensor, std::uint64_t begin, std::uint64_t end) {
  std::vector<std::string> lengths;
  for (const Index length : tensor.shape) lengths.push_back(json_number(length));
  return json_object({{"dtype", json_string(dtype_name(tensor.dtype))},
                      {"shape", json_array(lengths)},
                      {"data_offsets", json_array({json_number(begin), json_number(end)})}});
}

/// Throws OptionError when something is not UTF-8.
inline std::string metadata_json(const std::map<std::string, std::string>& metadata) {
  std::vector<std::pair<std::string, std::string>> members;
  for (const auto& [key, value] : metadata) members.emplace_back(key, json_string(value));
  return json_object(members);
}

}  // namespace detail

/// Writes a safetensors file, atomically. The same arguments give the same bytes.
/// Wider types come first in the file, so that each tensor is aligned to its element size, as memory mapping needs.
/// @throws OptionError for a name that is used twice, reserved or not UTF-8; ShapeError for an impossible shape
/// or a stream of another length;
/// FileError when it can not be written: the previous file then stays.
inline void write_safetensors(const std::filesystem::path& path, const std::map<std::string, std::string>& metadata,
                              std::span<const TensorToWrite> tensors) {
  std::vector<const TensorToWrite*> order;
  for (const TensorToWrite& tensor : tensors) order.push_back(&tensor);
  const auto wider = [](const auto* a, const auto* b) { return dtype_size(a->dtype) > dtype_size(b->dtype); };
  std::stable_sort(order.begin(), order.end(), wider);

  std::vector<std::pair<std::string, std::string>> members;  // of the header
  std::set<std::string_view> names = {"__metadata__"};
  std::vector<std::uint64_t> sizes;
  std::uint64_t end = 0;
  for (const TensorToWrite* tensor : order) {
    if (!names.insert(tensor->name).second)
      throw OptionError(path.string() + ": tensor name '" + detail::printable(tensor->name) +
                        "' is used twice or reserved. Give each tensor a name of its own.");
    const auto bytes = detail::tensor_bytes(tensor->dtype, tensor->shape);
    if (!bytes || (*bytes > 0 && tensor->data == nullptr && !tensor->produce && !tensor->stream))
      throw ShapeError(path.string() + ": tensor '" + detail::printable(tensor->name) +
                       "' has a negative dimension, is too large or has no data. Check its shape and pointer.");
    sizes.push_back(*bytes);
    const std::uint64_t begin = end;
    end += *bytes;
    members.emplace_back(tensor->name, detail::tensor_json(*tensor, begin, end));
  }

  std::string header;
  try {
    if (!metadata.empty()) members.emplace(members.begin(), "__metadata__", detail::metadata_json(metadata));
    header = json_object(members);
  } catch (const OptionError&) {
    throw OptionError(path.string() + ": a tensor name or metadata text is not UTF-8. Rename it.");
  }
  header.resize((header.size() + 7) / 8 * 8, ' ');
  if (header.size() > safetensors_max_header)
    throw OptionError(path.string() + ": the header would have " + std::to_string(header.size()) +
                      " bytes, more than the format allows. Write fewer tensors or less metadata.");

  write_file_atomically(path, [&](OutputFile& output) {
    const std::uint64_t length = header.size();
    output.write(&length, sizeof length);
    output.write(header);
    std::vector<std::byte> buffer;
    for (std::size_t i = 0; i < order.size(); ++i) {
      const void* data = order[i]->data;
      const auto bytes = static_cast<std::size_t>(sizes[i]);
      if (order[i]->stream) {
        const std::uint64_t begin = output.written();
        order[i]->stream(output);
        if (output.written() - begin != bytes)
          throw ShapeError(path.string() + ": tensor '" + detail::printable(order[i]->name) + "' was written with " +
                           std::to_string(output.written() - begin) + " bytes, its shape needs " +
                           std::to_string(bytes) + ".");
        continue;
      }
      if (order[i]->produce) {
        buffer.resize(bytes);
        order[i]->produce(buffer.data());
        data = buffer.data();
      }
      output.write(data, bytes);
    }
  });
}

}  // namespace unet
