#include "support/cli/output_folder.hpp"

#include <string>

#include "unet/io/unnamed_file.hpp"

namespace app {

void check_writable(const std::filesystem::path& folder, std::int64_t bytes) {
  namespace fs = std::filesystem;
  std::error_code trouble;
  fs::path place = fs::absolute(folder).lexically_normal();
  while (!fs::exists(place, trouble) && place.has_relative_path()) place = place.parent_path();
  if (!fs::is_directory(place, trouble))
    throw unet::FileError(place.string() + ": exists and is not a folder; choose another --out");

  try {
    unet::write_unnamed_file(place, "test");
  } catch (const unet::FileError& error) {
    throw unet::FileError(folder.string() + ": nothing can be written there; choose another --out (" + error.what() +
                          ")");
  }
  const auto space = fs::space(place, trouble);
  if (!trouble && space.available < static_cast<std::uintmax_t>(bytes))
    throw unet::FileError(folder.string() + ": the disk has " + std::to_string(space.available / 1000000) +
                          " MB free, " + std::to_string(bytes / 1000000) +
                          " MB are needed; make room, or choose another --out");
}

void make_folder(const std::filesystem::path& folder) {
  std::error_code trouble;
  std::filesystem::create_directories(folder, trouble);
  if (trouble)
    throw unet::FileError(folder.string() + ": the folder can not be made (" + trouble.message() +
                          "); choose another --out");
}

}  // namespace app
