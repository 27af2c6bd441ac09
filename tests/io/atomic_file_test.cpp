// A file is either wholly written or not touched.
#include "unet/io/atomic_file.hpp"

#include <doctest/doctest.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include <csignal>

#include "temporary_folder.hpp"
#include "unet/io/unnamed_file.hpp"

namespace atomic_file_test {

using unet::OutputFile;
using unet::write_file_atomically;

namespace {

std::size_t files_in(const std::filesystem::path& folder) {
  return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(folder), {}));
}

/// The message of the FileError that writing gives; empty when it gives none.
std::string error_of_writing(const std::filesystem::path& path, std::string_view content) {
  try {
    write_file_atomically(path, content);
  } catch (const unet::FileError& error) {
    return error.what();
  }
  return "";
}

bool contains(const std::string& text, const std::string& part) { return text.find(part) != text.npos; }

/// No file may grow beyond that many bytes, as on a full disk, while this lives.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) {
    ::getrlimit(RLIMIT_FSIZE, &before_);
    handler_ = std::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit = {bytes, before_.rlim_max};
    REQUIRE(::setrlimit(RLIMIT_FSIZE, &limit) == 0);
  }
  FileSizeLimit(const FileSizeLimit&) = delete;
  FileSizeLimit& operator=(const FileSizeLimit&) = delete;
  ~FileSizeLimit() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, handler_);
  }

 private:
  rlimit before_ = {};
  void (*handler_)(int) = nullptr;
};

}  // namespace

TEST_CASE("a new file is written, an old one replaced, and nothing else left behind") {
  const TemporaryFolder folder;
  write_file_atomically(folder / "a.txt", "first");
  CHECK(file_content(folder / "a.txt") == "first");
  write_file_atomically(folder / "a.txt", [](OutputFile& output) {
    output.write("sec");
    output.write("ond", 3);
  });
  CHECK(file_content(folder / "a.txt") == "second");
  CHECK(files_in(folder.path()) == 1);
}

TEST_CASE("a path without folder means the current one") {
  const TemporaryFolder folder;
  const auto before = std::filesystem::current_path();
  std::filesystem::current_path(folder.path());
  write_file_atomically("here.txt", "x");
  std::filesystem::current_path(before);
  CHECK(file_content(folder / "here.txt") == "x");
}

TEST_CASE("a full disk keeps the previous file and removes the temporary one") {
  const TemporaryFolder folder;
  write_file_atomically(folder / "a.txt", "precious");
  std::string message;
  {
    const FileSizeLimit limit(4096);
    message = error_of_writing(folder / "a.txt", std::string(100'000, 'x'));
  }
  CHECK(contains(message, "a.txt: can not write: "));
  CHECK(contains(message, "Free some space"));
  CHECK(file_content(folder / "a.txt") == "precious");
  CHECK(files_in(folder.path()) == 1);
}

TEST_CASE("a file that grows too long is an error, and not the end of a process that left SIGXFSZ as it was") {
  const TemporaryFolder folder;
  write_file_atomically(folder / "a.txt", "precious");
  const pid_t child = ::fork();
  if (child == 0) {
    const FileSizeLimit limit(4096);
    std::signal(SIGXFSZ, SIG_DFL);
    const std::string message = error_of_writing(folder / "a.txt", std::string(100'000, 'x'));
    ::_exit(contains(message, "Free some space or raise the limit") ? 0 : 1);
  }
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  CHECK(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 0);
  CHECK(file_content(folder / "a.txt") == "precious");
  CHECK(files_in(folder.path()) == 1);
}

TEST_CASE("an unnamed file: nothing of it is seen, and a folder that takes none is an error") {
  const TemporaryFolder folder;
  unet::write_unnamed_file(folder.path(), "test");
  CHECK(files_in(folder.path()) == 0);
  CHECK_THROWS_WITH_AS(unet::write_unnamed_file(folder / "none", "test"),
                       doctest::Contains("No such file or directory"), unet::FileError);
  CHECK_THROWS_AS(unet::write_unnamed_file("/proc", "test"), unet::FileError);
}

TEST_CASE("an exception of the writer is passed on and nothing changes") {
  const TemporaryFolder folder;
  write_file_atomically(folder / "a.txt", "precious");
  const auto stop = [](OutputFile& output) {
    output.write("half");
    throw std::runtime_error("stop");
  };
  CHECK_THROWS_WITH_AS(write_file_atomically(folder / "a.txt", stop), "stop", std::runtime_error);
  CHECK(file_content(folder / "a.txt") == "precious");
  CHECK(files_in(folder.path()) == 1);
}

TEST_CASE("errors name the path, the cause and what to do") {
  const TemporaryFolder folder;
  const std::string missing = error_of_writing(folder.path() / "none" / "a.txt", "x");
  CHECK(contains(missing, "none/a.txt: can not be created: No such file or directory"));
  CHECK(contains(missing, "Check the path"));
  CHECK(contains(error_of_writing(folder.path(), "x"), "Give the path of a file"));
  CHECK(contains(error_of_writing("/dev/null", "x"), "not a regular file"));
  CHECK(std::filesystem::is_character_file("/dev/null"));
}

TEST_CASE("an unwritable folder keeps the previous file") {
  const TemporaryFolder folder;
  write_file_atomically(folder / "a.txt", "precious");
  std::filesystem::permissions(folder.path(), std::filesystem::perms(0555));
  // Root may write anywhere, so another user tries, in a process of its own.
  const pid_t child = ::fork();
  if (child == 0) {
    if (::geteuid() == 0 && ::seteuid(65534) != 0) ::_exit(77);
    const std::string message = error_of_writing(folder / "a.txt", "x");
    ::_exit(contains(message, "Permission denied") && contains(message, "Check the permissions") ? 0 : 1);
  }
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  std::filesystem::permissions(folder.path(), std::filesystem::perms(0755));
  REQUIRE(WIFEXITED(status));
  if (WEXITSTATUS(status) == 77)
    MESSAGE("skipped: this system does not let root become another user");
  else
    CHECK(WEXITSTATUS(status) == 0);
  CHECK(file_content(folder / "a.txt") == "precious");
}

TEST_CASE("the remainder of a killed process is written over, that of a living one is not") {
  const TemporaryFolder folder;
  std::ofstream(folder / "a.txt.tmp") << "much longer than what comes";
  write_file_atomically(folder / "a.txt", "new");
  CHECK(file_content(folder / "a.txt") == "new");
  CHECK(files_in(folder.path()) == 1);

  write_file_atomically(folder / "a.txt", [&](OutputFile& output) {
    output.write("outer");
    CHECK(contains(error_of_writing(folder / "a.txt", "inner"), "another process is writing this file"));
  });
  CHECK(file_content(folder / "a.txt") == "outer");
}

TEST_CASE("what stands in the temporary file's place and is no file of its own is neither waited for nor written to") {
  const TemporaryFolder folder;
  write_file_atomically(folder / "a.txt", "precious");
  std::ofstream(folder / "other.txt") << "someone's";
  const auto refused = [&] {
    const std::string message = error_of_writing(folder / "a.txt", "new");
    CHECK(contains(message, "a.txt.tmp: is in the way"));
    CHECK(contains(message, "remove it"));
    CHECK(file_content(folder / "a.txt") == "precious");
    CHECK(file_content(folder / "other.txt") == "someone's");
    CHECK(std::filesystem::remove(folder / "a.txt.tmp"));
  };
  REQUIRE(::mkfifo((folder / "a.txt.tmp").c_str(), 0600) == 0);
  refused();
  REQUIRE(::mkfifo((folder / "a.txt.tmp").c_str(), 0600) == 0);
  {
    const unet::FileDescriptor reader(::open((folder / "a.txt.tmp").c_str(), O_RDONLY | O_NONBLOCK));
    refused();
  }
  std::filesystem::create_hard_link(folder / "other.txt", folder / "a.txt.tmp");
  refused();
  std::filesystem::create_symlink(folder / "other.txt", folder / "a.txt.tmp");
  refused();
  std::filesystem::create_directory(folder / "a.txt.tmp");
  refused();
  write_file_atomically(folder / "a.txt", "new");
  CHECK(file_content(folder / "a.txt") == "new");
}

}  // namespace atomic_file_test
