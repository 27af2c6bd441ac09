#include "support/cli/result_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

#include "unet/io/atomic_file.hpp"

namespace app {

void write_result(const std::filesystem::path& path, std::string_view content) {
  std::error_code ignored;
  if (std::filesystem::exists(path, ignored) && !std::filesystem::is_regular_file(path, ignored))
    throw unet::FileError(path.string() + ": not a regular file, it will not be replaced. Choose another path.");
  std::filesystem::path temporary = path;
  temporary += ".tmp";
  ::unlink(temporary.c_str());  // of a killed process; a fresh one is no link, and no pipe to wait for
  const unet::FileDescriptor file(unet::detail::open_to_write(temporary, O_CREAT | O_EXCL, 0666));
  if (!file) throw unet::system_file_error(path, "can not be created", errno);
  try {
    unet::OutputFile(file.number(), path).write(content);
    if (unet::detail::rename_file(temporary, path) != 0)
      throw unet::system_file_error(path, "can not be replaced", errno);
  } catch (...) {
    ::unlink(temporary.c_str());
    throw;
  }
}

void write_result(const std::filesystem::path& path, const std::vector<unsigned char>& content) {
  write_result(path, std::string_view(reinterpret_cast<const char*>(content.data()), content.size()));
}

void sync_results(const std::filesystem::path& folder) {
  const unet::FileDescriptor directory(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!directory) throw unet::system_file_error(folder, "can not be opened", errno);
#ifdef __linux__
  const int failed =
      unet::detail::file_operation(unet::detail::FileOperation::fsync, [&] { return ::syncfs(directory.number()); });
#else
  ::sync();
  const int failed = 0;
#endif
  if (failed != 0) throw unet::system_file_error(folder, "what is in it can not be written to the disk", errno);
}

}  // namespace app
