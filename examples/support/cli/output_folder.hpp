// Folders that programs write to: whether files can be written there is asked before the work starts, not after it.
#pragma once
#include <cstdint>
#include <filesystem>

namespace app {

/// Tries to write in `folder` or, as long as it does not exist, in the folder that it will be made in. Leaves nothing there.
/// Throws FileError when that fails or fewer than `bytes` bytes are free.
void check_writable(const std::filesystem::path& folder, std::int64_t bytes);

/// Makes the folder and those above it. Throws FileError.
void make_folder(const std::filesystem::path& folder);

}  // namespace app
