// Writing safetensors files.
#pragma once
#include <bit>
#include <cstddef>
#include <functional>
#include <span>

#include "unet/io/atomic_file.hpp"
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

  nlohmann::ordered_json json = nlohmann::ordered_json::object();
  std::set<std::string_view> names = {"__metadata__"};
  std::vector<std::uint64_t> sizes;
  std::uint64_t end = 0;
  if (!metadata.empty()) json["__metadata__"] = metadata;
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
    json[tensor->name] = {
        {"dtype", dtype_name(tensor->dtype)}, {"shape", tensor->shape}, {"data_offsets", {begin, end}}};
  }

  std::string header;
  try {
    header = json.dump();
  } catch (const nlohmann::json::exception&) {
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
