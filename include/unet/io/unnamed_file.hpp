// A file without a name: nothing of it can stay, whenever the process ends.
#pragma once
#include <sys/stat.h>

#include <cstdlib>

#include "unet/io/atomic_file.hpp"

namespace unet {

namespace detail {

inline FileDescriptor open_unnamed(const std::filesystem::path& folder) {
#ifdef O_TMPFILE
  FileDescriptor file(open_to_write(folder, O_TMPFILE, 0600));
  if (file) return file;
#endif
  // Some file systems know no such files: then the name lives for a moment.
  std::string name = (folder / ".unnamed_XXXXXX").string();
  FileDescriptor named(file_operation(FileOperation::open, [&] { return ::mkostemp(name.data(), O_CLOEXEC); }));
  if (!named) throw system_file_error(folder, "no file can be made in it", errno);
  ::unlink(name.c_str());
  return named;
}

}  // namespace detail

/// Writes a text to a file in `folder` that has no name, up to the disk, and gives it up: shows that files can be written there
/// and leaves nothing. Throws FileError.
inline void write_unnamed_file(const std::filesystem::path& folder, std::string_view text) {
  const FileDescriptor file = detail::open_unnamed(folder);
  OutputFile(file.number(), folder).write(text);
  if (detail::sync_file(file) != 0) throw system_file_error(folder, "can not be written to the disk", errno);
}

}  // namespace unet
