// Results of many small files: whole or not there, without waiting for the disk after each of them.
#pragma once
#include <filesystem>
#include <string_view>
#include <vector>

namespace app {

/// Writes a file so that `path` has its previous content or all of the new one, also when the process is killed. After a
/// power failure that is only sure once sync_results() has returned: unlike unet::write_file_atomically this does not wait for
/// the disk, which would take most of the time where there are thousands of small files. For results that can be computed
/// again. Throws unet::FileError; the previous file then stays.
void write_result(const std::filesystem::path& path, std::string_view content);
void write_result(const std::filesystem::path& path, const std::vector<unsigned char>& content);

/// Waits until all that was written in the folder is on the disk. Throws unet::FileError.
void sync_results(const std::filesystem::path& folder);

}  // namespace app
