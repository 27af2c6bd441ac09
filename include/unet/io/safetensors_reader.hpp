// Reading safetensors files.
#pragma once
#include <sys/stat.h>

#include <algorithm>
#include <bit>
#include <concepts>
#include <cstdint>
#include <cstring>

#include "unet/io/file_descriptor.hpp"
#include "unet/io/safetensors_parser.hpp"

namespace unet {

static_assert(std::endian::native == std::endian::little,
              "safetensors files are little-endian, as this machine is not");

/// An open safetensors file. The constructor checks all of the header; data are read when asked for.
class SafetensorsReader {
 public:
  /// A template, so that only programs that open a file compile the JSON parser.
  /// @throws FileError when the file can not be read or breaks the format in any way
  template <std::convertible_to<std::filesystem::path> Path>
  explicit SafetensorsReader(const Path& path) : path_(path) {
    // Non-blocking, so that a named pipe is refused instead of waited for.
    file_ = FileDescriptor(::open(path_.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    struct stat status = {};
    if (!file_ || ::fstat(file_.number(), &status) != 0) throw system_file_error(path_, "can not be opened", errno);
    if (S_ISDIR(status.st_mode)) throw system_file_error(path_, "can not be read", EISDIR);
    if (!S_ISREG(status.st_mode)) fail("not a regular file");

    const auto file_bytes = static_cast<std::uint64_t>(status.st_size);
    std::uint64_t length = 0;
    if (file_bytes < sizeof length) fail("only " + std::to_string(file_bytes) + " bytes long");
    read_at(0, &length, sizeof length);
    char first[sizeof length + 1] = {};  // the length as bytes, and the header's first
    read_at(0, first, static_cast<std::size_t>(std::min<std::uint64_t>(file_bytes, sizeof first)));
    check_kind(std::string_view(first, sizeof first));
    if (length > file_bytes - sizeof length)
      fail("its header of " + std::to_string(length) + " bytes reaches beyond the end of the file");
    if (length > safetensors_max_header)
      fail("its header of " + std::to_string(length) + " bytes is longer than the " +
           std::to_string(safetensors_max_header) + " that the format allows");
    data_begin_ = sizeof length + length;
    std::string text(static_cast<std::size_t>(length), '\0');
    read_at(sizeof length, text.data(), text.size());
    header_ = parse_safetensors_header(text, file_bytes - data_begin_, path_.string());
    for (const TensorInfo& tensor : header_.tensors) by_name_.push_back(&tensor);
    std::sort(by_name_.begin(), by_name_.end(), [](const auto* a, const auto* b) { return a->name < b->name; });
  }

  const std::filesystem::path& path() const { return path_; }
  const std::map<std::string, std::string>& metadata() const { return header_.metadata; }
  /// In the order of their data in the file.
  const std::vector<TensorInfo>& tensors() const { return header_.tensors; }

  /// The tensor of that name, or null.
  const TensorInfo* find(std::string_view name) const {
    const auto before = [](const TensorInfo* tensor, std::string_view wanted) { return tensor->name < wanted; };
    const auto found = std::lower_bound(by_name_.begin(), by_name_.end(), name, before);
    return found == by_name_.end() || (*found)->name != name ? nullptr : *found;
  }

  /// Copies a tensor's data, of any dtype, to `out`.
  /// @param bytes size of `out`; must be the tensor's
  /// @throws FileError when there is no such tensor, it has another size, or reading fails
  void read(std::string_view name, void* out, std::size_t bytes) const {
    const TensorInfo& tensor = get(name);
    if (bytes != tensor.end - tensor.begin)
      fail("tensor '" + tensor.name + "' has " + std::to_string(tensor.end - tensor.begin) + " bytes, not the " +
           std::to_string(bytes) + " expected");
    read_at(data_begin_ + tensor.begin, out, bytes);
  }

  /// The values of an F32 tensor, row-major.
  /// @throws FileError when there is no such tensor, it has another dtype, or reading fails
  std::vector<float> read_f32(std::string_view name) const {
    const TensorInfo& tensor = get(name);
    if (tensor.dtype != DType::f32)
      fail("tensor '" + tensor.name + "' is " + std::string(dtype_name(tensor.dtype)) + ", not F32");
    std::vector<float> values(static_cast<std::size_t>((tensor.end - tensor.begin) / sizeof(float)));
    read_at(data_begin_ + tensor.begin, values.data(), values.size() * sizeof(float));
    return values;
  }

 private:
  [[noreturn]] void fail(const std::string& what) const {
    throw FileError(path_.string() + ": " + what + ". Give a whole safetensors file with the tensors that are needed.");
  }

  /// FileError for what people take for a safetensors file.
  /// first: the file's first nine bytes, zeros where it is shorter
  void check_kind(std::string_view first) const {
    if (first.back() == '{') return;
    if (first.starts_with("PK\3\4") || first.starts_with("\x80\2"))  // a zip archive, or the pickle of older versions
      throw FileError(
          path_.string() +
          ": is not a safetensors file but looks like PyTorch's torch.save wrote it. Convert it in Python: "
          "safetensors.torch.save_file(torch.load(\"model.pth\", weights_only=True), \"model.safetensors\")");
    const auto is_text = [](char c) { return (c >= ' ' && c <= '~') || c == '\n' || c == '\r' || c == '\t'; };
    if (std::all_of(first.begin(), first.end(), is_text))
      throw FileError(path_.string() + ": is not a safetensors file but a text. Give a whole safetensors file.");
  }

  const TensorInfo& get(std::string_view name) const {
    const TensorInfo* tensor = find(name);
    if (!tensor) fail("there is no tensor '" + detail::printable(name) + "'");
    return *tensor;
  }

  void read_at(std::uint64_t offset, void* out, std::size_t bytes) const {
    char* next = static_cast<char*>(out);
    while (bytes > 0) {
      const ssize_t got =
          ::pread(file_.number(), next, std::min<std::size_t>(bytes, std::size_t{1} << 30), static_cast<off_t>(offset));
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) throw system_file_error(path_, "can not be read", errno);
      if (got == 0) fail("became shorter while it was read");
      next += got;
      offset += static_cast<std::uint64_t>(got);
      bytes -= static_cast<std::size_t>(got);
    }
  }

  std::filesystem::path path_;
  FileDescriptor file_;
  std::uint64_t data_begin_ = 0;
  SafetensorsHeader header_;
  std::vector<const TensorInfo*> by_name_;  ///< into header_'s tensors, which stay where they are when this is moved
};

}  // namespace unet
