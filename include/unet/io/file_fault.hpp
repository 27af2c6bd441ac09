// Where tests make the disk fail.
#pragma once
#include <cerrno>

namespace unet::detail {

/// What can fail while a file is written.
enum class FileOperation { open, truncate, write, fsync, rename };

/// For tests, null otherwise. Asked before each operation on a file that is written: what it returns, unless it is 0, is the
/// errno with which the operation fails without being done. Set while no other thread writes files.
inline int (*file_fault)(FileOperation) = nullptr;

/// What call() returns, or -1 (and errno) when the hook says that it fails.
template <class Call>
auto file_operation(FileOperation operation, const Call& call) -> decltype(call()) {
  if (file_fault)
    if (const int error = file_fault(operation)) {
      errno = error;
      return -1;
    }
  return call();
}

}  // namespace unet::detail
