// A disk that fails at the n-th operation of a kind, and what must be left of a file that was being replaced then.
#pragma once
#include <doctest/doctest.h>

#include <map>
#include <string>
#include <system_error>
#include <vector>

#include "../io/temporary_folder.hpp"
#include "unet/io/atomic_file.hpp"

using unet::detail::FileOperation;

/// While this lives, the n-th operation of one kind (from 1 on) fails with that error, once.
class FailingDisk {
 public:
  FailingDisk(FileOperation kind, int n, int error) {
    kind_ = kind;
    left_ = n;
    error_ = error;
    fired_ = false;
    unet::detail::file_fault = [](FileOperation operation) {
      if (operation != kind_ || --left_ != 0) return 0;
      fired_ = true;
      return error_;
    };
  }
  FailingDisk(const FailingDisk&) = delete;
  FailingDisk& operator=(const FailingDisk&) = delete;
  ~FailingDisk() { unet::detail::file_fault = nullptr; }

  bool fired() const { return fired_; }

 private:
  inline static FileOperation kind_;
  inline static int left_, error_;
  inline static bool fired_;
};

/// Names and contents of the files in a folder.
inline std::map<std::string, std::string> files_of(const std::filesystem::path& folder) {
  std::map<std::string, std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder))
    files[entry.path().filename().string()] = file_content(entry.path());
  return files;
}

/// How many saves failed, by kind.
using Failures = std::map<FileOperation, int>;

/// Saves once for each operation of each kind, which then fails with each of the errors, until none is left that could fail.
/// After each failure the folder is as it was, a FileError names the path and the cause, and check_old() may load the file.
/// One failure alone is no error: that the folder's new entry can not be brought to the disk once the file is complete.
/// @param save(path) writes the file anew; whatever it is given, the same bytes
/// @param old_bytes what the file has before; nothing: there is no file
template <class Save, class CheckOld>
Failures fail_at_each_operation(const TemporaryFolder& folder, const std::string& name, const std::string* old_bytes,
                                const Save& save, const CheckOld& check_old) {
  const std::filesystem::path path = folder / name;
  save(path);
  const auto complete = files_of(folder.path());
  Failures failures;
  for (const FileOperation kind : {FileOperation::open, FileOperation::truncate, FileOperation::write,
                                   FileOperation::fsync, FileOperation::rename})
    for (const int error : {ENOSPC, EIO, EACCES, EDQUOT})
      for (int n = 1;; ++n) {
        CAPTURE(static_cast<int>(kind));
        CAPTURE(error);
        CAPTURE(n);
        std::filesystem::remove(path);
        if (old_bytes) std::ofstream(path, std::ios::binary) << *old_bytes;
        const auto before = files_of(folder.path());
        std::string message;
        bool fired = false;
        {
          const FailingDisk disk(kind, n, error);
          try {
            save(path);
          } catch (const unet::FileError& problem) {
            message = problem.what();
          }
          fired = disk.fired();
        }
        if (!fired) {
          REQUIRE(message == "");
          REQUIRE((files_of(folder.path()) == complete));
          break;
        }
        if (message.empty()) {
          CHECK(kind == FileOperation::fsync);
          CHECK(n == 2);
          CHECK((files_of(folder.path()) == complete));
          continue;
        }
        ++failures[kind];
        CAPTURE(message);
        CHECK(message.starts_with(path.string() + ": "));
        CHECK(message.find(std::generic_category().message(error)) != message.npos);
        CHECK((files_of(folder.path()) == before));
        if (old_bytes) check_old(path);
      }
  return failures;
}

/// The same with an old file and without one. Each of these kinds of operation failed at least once with each error.
template <class Save, class CheckOld>
void check_survives_a_failing_disk(const std::string& name, const std::string& old_bytes, const Save& save,
                                   const CheckOld& check_old, const std::vector<FileOperation>& kinds) {
  for (const std::string* old : {&old_bytes, static_cast<const std::string*>(nullptr)}) {
    const TemporaryFolder folder;
    const Failures failures = fail_at_each_operation(folder, name, old, save, check_old);
    CHECK(failures.size() == kinds.size());
    for (const FileOperation kind : kinds) {
      CAPTURE(static_cast<int>(kind));
      REQUIRE(failures.count(kind) == 1);
      CHECK(failures.at(kind) >= 4);
    }
  }
}

/// What write_file_atomically does.
inline const std::vector<FileOperation> atomic_write = {
    FileOperation::open, FileOperation::truncate, FileOperation::write, FileOperation::fsync, FileOperation::rename};
