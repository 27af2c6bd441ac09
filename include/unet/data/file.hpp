// Whole files in memory, with errors that name the file and the trouble.
#pragma once
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <limits>
#include <string>
#include <system_error>
#include <vector>

#include "unet/core/error.hpp"

namespace unet {

/// The first `limit` bytes of a file (all of a shorter one). Throws FileError when it is missing, no regular file,
/// or unreadable.
inline std::vector<std::uint8_t> read_file(const std::filesystem::path& path,
                                           std::uintmax_t limit = std::numeric_limits<std::uintmax_t>::max()) {
  std::error_code trouble;
  const auto status = std::filesystem::status(path, trouble);
  if (status.type() == std::filesystem::file_type::not_found)
    throw FileError(path.string() + ": no such file; check the path");
  if (trouble) throw FileError(path.string() + ": " + trouble.message() + "; check the path and its permissions");
  if (status.type() != std::filesystem::file_type::regular)
    throw FileError(path.string() + ": is a folder or device, where a file is needed; check the path");
  const std::uintmax_t size = std::filesystem::file_size(path, trouble);
  std::ifstream in(path, std::ios::binary);
  if (trouble || !in)
    throw FileError(path.string() + ": can not be opened (" + std::strerror(errno) + "); check its permissions");
  std::vector<std::uint8_t> bytes(static_cast<std::size_t>(size < limit ? size : limit));
  in.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  if (in.gcount() != static_cast<std::streamsize>(bytes.size()))
    throw FileError(path.string() + ": ended after " + std::to_string(in.gcount()) + " of " +
                    std::to_string(bytes.size()) + " bytes while being read; check the disk");
  return bytes;
}

}  // namespace unet
