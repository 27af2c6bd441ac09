// What all fuzz targets share: files of the bytes that libFuzzer gives, and what a reader may throw.
#pragma once
#include <cstdint>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <span>
#include <string>
#include <string_view>

#include "unet/core/error.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace fuzz {

/// A folder in TMPDIR for the files of one process. It goes at the end, but not after a crash.
class InputFolder {
 public:
  InputFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "unet_fuzz_XXXXXX").string();
    if (!mkdtemp(name.data())) throw unet::FileError(name + ": can not be created");
    path_ = name;
  }
  ~InputFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  InputFolder(const InputFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }

  /// A file of that name with these bytes, whatever it had before.
  std::filesystem::path write(const std::string& name, std::string_view bytes) const {
    const std::filesystem::path file = path_ / name;
    std::ofstream(file, std::ios::binary).write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    return file;
  }

 private:
  std::filesystem::path path_;
};

inline const InputFolder& input_folder() {
  static const InputFolder folder;
  return folder;
}

inline std::string_view text_of(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

/// Ends the process, which libFuzzer reports with the input.
[[noreturn]] inline void fail(const std::string& what) {
  std::cerr << "FINDING: " << what << std::endl;
  std::abort();
}

/// A property that holds for whatever was read.
inline void require(bool holds, const char* what) {
  if (!holds) fail(what);
}

/// Calls `read`. Its input may be refused, with one of the library's own errors; anything else is a finding. Returns whether it
/// was accepted.
template <class Read>
bool accepts(const Read& read) {
  try {
    read();
    return true;
  } catch (const unet::Error& refused) {
    require(!std::string_view(refused.what()).empty(), "an error without a message");
  } catch (const std::exception& other) {
    fail(std::string("an exception that the library does not declare: ") + other.what());
  }
  return false;
}

}  // namespace fuzz
