// The rows of a matrix that is written once and read by blocks of columns: in memory, or in a file when it is too large.
#pragma once
#include <stdlib.h>

#include <algorithm>
#include <concepts>
#include <cstdint>
#include <string>
#include <vector>

#include "unet/core/shape.hpp"
#include "unet/io/file_descriptor.hpp"

namespace unet {

/// Anything that gives its rows by pieces: `read` copies columns first .. first + count - 1 of a row to `to`.
template <class S>
concept RowSource = requires(const S& source, Index row, Index first, Index count, float* to) {
  { source.rows() } -> std::convertible_to<Index>;
  { source.columns() } -> std::convertible_to<Index>;
  {source.read(row, first, count, to)};
};

/// Rows that a program already has: rows x columns floats, row-major and dense. Nothing is copied.
class RowView {
 public:
  RowView(const float* data, Index rows, Index columns) : data_(data), rows_(rows), columns_(columns) {}
  Index rows() const { return rows_; }
  Index columns() const { return columns_; }
  void read(Index row, Index first, Index count, float* to) const {
    std::copy_n(data_ + row * columns_ + first, count, to);
  }

 private:
  const float* data_;
  Index rows_, columns_;
};

struct RowStoreOptions {
  std::int64_t memory_limit = std::int64_t{256} << 20;                    ///< bytes; rows that need more go to a file
  std::filesystem::path folder = std::filesystem::temp_directory_path();  ///< where that file is
};

/// rows x columns floats. The file has no name: it is gone when the store is, also when the process is killed. Its space is
/// taken at once, so that a full disk shows before the work and not after it.
class RowStore {
 public:
  /// Values are undefined until written. Throws FileError when a file is needed and can not be made that large.
  RowStore(Index rows, Index columns, const RowStoreOptions& options = {}) : rows_(rows), columns_(columns) {
    const auto bytes = static_cast<std::int64_t>(rows * columns) * std::int64_t{sizeof(float)};
    if (bytes <= options.memory_limit)
      values_.resize(static_cast<std::size_t>(rows * columns));
    else
      open(options.folder, bytes);
  }

  Index rows() const { return rows_; }
  Index columns() const { return columns_; }
  bool in_memory() const { return !file_; }

  /// Copies `columns()` floats into a row. Throws FileError.
  void write(Index row, const float* from) {
    if (in_memory()) {
      std::copy_n(from, columns_, values_.begin() + row * columns_);
      return;
    }
    const auto* bytes = reinterpret_cast<const char*>(from);
    transfer(
        row * columns_, columns_, "can not write the temporary file",
        [&](Index done, std::size_t count, off_t at) { return ::pwrite(file_.number(), bytes + done, count, at); });
  }

  /// Copies columns first .. first + count - 1 of a row to `to`. Throws FileError.
  void read(Index row, Index first, Index count, float* to) const {
    if (in_memory()) {
      std::copy_n(values_.begin() + row * columns_ + first, count, to);
      return;
    }
    auto* bytes = reinterpret_cast<char*>(to);
    transfer(row * columns_ + first, count, "can not read the temporary file",
             [&](Index done, std::size_t left, off_t at) { return ::pread(file_.number(), bytes + done, left, at); });
  }

 private:
  void open(const std::filesystem::path& folder, std::int64_t bytes) {
    folder_ = folder;
    std::string name = (folder / ".rows_XXXXXX").string();
    file_ = FileDescriptor(::mkostemp(name.data(), O_CLOEXEC));
    if (!file_) throw system_file_error(folder, "no temporary file can be made there", errno);
    ::unlink(name.c_str());
    const int trouble = ::posix_fallocate(file_.number(), 0, bytes);
    if (trouble != 0)
      throw system_file_error(
          folder, "a temporary file of " + std::to_string((bytes + 999999) / 1000000) + " MB can not be made there",
          trouble);
  }

  /// Calls step(bytes done, bytes left, offset in the file) until `count` floats at element `first` are transferred.
  template <class Step>
  void transfer(Index first, Index count, const char* what, const Step& step) const {
    const Index bytes = count * Index{sizeof(float)};
    for (Index done = 0; done < bytes;) {
      const ssize_t moved = step(done, static_cast<std::size_t>(bytes - done),
                                 static_cast<off_t>(first) * static_cast<off_t>(sizeof(float)) + done);
      if (moved < 0 && errno == EINTR) continue;
      if (moved <= 0) throw system_file_error(folder_, what, moved < 0 ? errno : EIO);
      done += moved;
    }
  }

  Index rows_, columns_;
  std::vector<float> values_;
  std::filesystem::path folder_;
  FileDescriptor file_;
};

}  // namespace unet
