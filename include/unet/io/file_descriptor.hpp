// An open file of the operating system (POSIX), and error messages that say why it could not be used.
#pragma once
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include "unet/core/error.hpp"

namespace unet {

/// The error of a system call on `path`: "best.safetensors: can not write: No space left on device. Free some space..."
inline FileError system_file_error(const std::filesystem::path& path, std::string_view what, int error_number) {
  const char* advice = "Check the path and the disk.";
  if (error_number == ENOSPC || error_number == EDQUOT || error_number == EFBIG)
    advice = "Free some space or raise the limit, or choose another folder.";
  else if (error_number == EACCES || error_number == EPERM || error_number == EROFS)
    advice = "Check the permissions of the file and its folder, or choose another folder.";
  else if (error_number == ENOENT || error_number == ENOTDIR)
    advice = "Check the path: the file or its folder does not exist.";
  else if (error_number == EISDIR)
    advice = "Give the path of a file, not of a folder.";
  return FileError(path.string() + ": " + std::string(what) + ": " + std::generic_category().message(error_number) +
                   ". " + advice);
}

/// Owns a file descriptor; closes it when it goes. Not copyable.
class FileDescriptor {
 public:
  FileDescriptor() = default;
  explicit FileDescriptor(int number) : number_(number) {}
  FileDescriptor(FileDescriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  FileDescriptor& operator=(FileDescriptor&& other) noexcept {
    std::swap(number_, other.number_);
    return *this;
  }
  ~FileDescriptor() {
    if (number_ >= 0) ::close(number_);
  }

  int number() const { return number_; }
  explicit operator bool() const { return number_ >= 0; }

 private:
  int number_ = -1;
};

}  // namespace unet
