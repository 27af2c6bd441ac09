// Files that are either wholly written or not touched at all, whatever happens in between.
#pragma once
#include <sys/file.h>
#include <sys/stat.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <functional>

#include "unet/io/file_descriptor.hpp"
#include "unet/io/file_fault.hpp"
#include "unet/io/file_size_signal.hpp"

namespace unet {

/// What the writer of write_file_atomically writes to.
class OutputFile {
 public:
  OutputFile(int descriptor, std::filesystem::path path) : descriptor_(descriptor), path_(std::move(path)) {}

  /// Appends `bytes` bytes; throws FileError, for example when the disk is full.
  void write(const void* data, std::size_t bytes) {
    const char* next = static_cast<const char*>(data);
    const detail::NoFileSizeSignal no_signal;
    while (bytes > 0) {
      const ssize_t written = detail::file_operation(detail::FileOperation::write, [&] {
        return ::write(descriptor_, next, std::min<std::size_t>(bytes, std::size_t{1} << 30));
      });
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) throw system_file_error(path_, "can not write", errno);
      next += written;
      bytes -= static_cast<std::size_t>(written);
      written_ += static_cast<std::uint64_t>(written);
    }
  }
  void write(std::string_view text) { write(text.data(), text.size()); }

  /// Bytes so far.
  std::uint64_t written() const { return written_; }

 private:
  int descriptor_;
  std::filesystem::path path_;
  std::uint64_t written_ = 0;
};

namespace detail {

/// Opens a file to be written; -1 and errno when that fails.
inline int open_to_write(const std::filesystem::path& path, int flags, mode_t mode) {
  return file_operation(FileOperation::open, [&] { return ::open(path.c_str(), flags | O_WRONLY | O_CLOEXEC, mode); });
}
inline int sync_file(const FileDescriptor& file) {
  return file_operation(FileOperation::fsync, [&] { return ::fsync(file.number()); });
}
inline int rename_file(const std::filesystem::path& from, const std::filesystem::path& to) {
  return file_operation(FileOperation::rename, [&] { return std::rename(from.c_str(), to.c_str()); });
}

[[noreturn]] inline void refuse_temporary(const std::filesystem::path& temporary) {
  throw FileError(temporary.string() +
                  ": is in the way: not a regular file, or one that has another name too. Look at it, and remove it.");
}

/// Opens `temporary` for one writer alone. It may be the remainder of a killed process: it is then emptied. Nothing else is
/// written to: not what a symbolic or hard link leads to, and a named pipe is not waited for.
inline FileDescriptor open_temporary(const std::filesystem::path& temporary, const std::filesystem::path& path) {
  FileDescriptor file(open_to_write(temporary, O_CREAT | O_NOFOLLOW | O_NONBLOCK, 0666));
  struct stat opened = {}, named = {};
  if (!file) {
    const int error = errno;
    if (::lstat(temporary.c_str(), &named) == 0 && !S_ISREG(named.st_mode)) refuse_temporary(temporary);
    throw system_file_error(path, "can not be created", error);
  }
  if (::fstat(file.number(), &opened) != 0) throw system_file_error(path, "can not be written", errno);
  // The lock is on the file, not on its name: another writer may have renamed it between the opening and the locking.
  const bool busy = S_ISREG(opened.st_mode) && ::flock(file.number(), LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK;
  if (busy || ::stat(temporary.c_str(), &named) != 0 || opened.st_ino != named.st_ino || opened.st_dev != named.st_dev)
    throw FileError(path.string() + ": another process is writing this file at the moment. Stop one of the two.");
  if (!S_ISREG(opened.st_mode) || named.st_nlink != 1) refuse_temporary(temporary);
  if (file_operation(FileOperation::truncate, [&] { return ::ftruncate(file.number(), 0); }) != 0) {
    const int error = errno;
    ::unlink(temporary.c_str());
    throw system_file_error(path, "can not be written", error);
  }
  return file;
}

}  // namespace detail

/// Writes a file so that `path` holds either its previous content or all of the new one, also after a crash or power
/// failure: NAME.tmp in the same folder -> fsync -> rename -> fsync of the folder. A symbolic link is replaced.
/// @param writer called once with the OutputFile to write to; what it throws is passed on.
/// @throws FileError that names the path, the cause and what to do; the previous file then stays and NAME.tmp is gone.
inline void write_file_atomically(const std::filesystem::path& path, const std::function<void(OutputFile&)>& writer) {
  std::error_code ignored;
  const auto type = std::filesystem::status(path, ignored).type();
  if (type == std::filesystem::file_type::directory) throw system_file_error(path, "can not be written", EISDIR);
  if (type != std::filesystem::file_type::regular && std::filesystem::exists(path, ignored))
    throw FileError(path.string() + ": not a regular file, it will not be replaced. Choose another path.");

  std::filesystem::path temporary = path;
  temporary += ".tmp";
  FileDescriptor file = detail::open_temporary(temporary, path);
  try {
    OutputFile output(file.number(), path);
    writer(output);
    if (detail::sync_file(file) != 0) throw system_file_error(path, "can not be written to the disk", errno);
    // Renamed while still locked, so that no other writer can take the temporary name in between.
    if (detail::rename_file(temporary, path) != 0) throw system_file_error(path, "can not be replaced", errno);
  } catch (...) {
    ::unlink(temporary.c_str());
    throw;
  }
  // The file is complete by now. Where folders can not be synced (some network disks) its name is safe a little later.
  const auto folder = path.has_parent_path() ? path.parent_path() : std::filesystem::path(".");
  const FileDescriptor directory(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (directory) detail::sync_file(directory);
}

/// The same for a text or bytes that are at hand.
inline void write_file_atomically(const std::filesystem::path& path, std::string_view content) {
  write_file_atomically(path, [content](OutputFile& output) { output.write(content); });
}

}  // namespace unet
