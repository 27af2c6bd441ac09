// That one process alone writes to a folder.
#pragma once
#include <fcntl.h>
#include <sys/file.h>

#include <filesystem>

#include "unet/io/file_descriptor.hpp"

namespace app {

/// Held until the object is gone, or its process. It is on the folder itself: no file is left behind. File systems that have
/// no locks are taken without one.
class FolderLock {
 public:
  /// Throws FileError when another process holds the lock, or when the folder can not be opened.
  explicit FolderLock(const std::filesystem::path& folder)
      : folder_(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)) {
    if (!folder_) throw unet::system_file_error(folder, "can not be opened", errno);
    if (::flock(folder_.number(), LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK)
      throw unet::FileError(folder.string() +
                            ": another training is writing to this folder at the moment; wait for it or stop it, or "
                            "choose another --out");
  }

 private:
  unet::FileDescriptor folder_;
};

}  // namespace app
