// Runs the built programs as a user would: arguments in; exit code, texts and files out.
#pragma once
#include <doctest/doctest.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "../data/files.hpp"

namespace test {

inline std::string content(const fs::path& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

/// Everything below a folder: the content of files, "" for folders. Nothing where the folder is not there.
inline std::map<std::string, std::string> tree(const fs::path& folder) {
  std::map<std::string, std::string> all;
  if (!fs::exists(folder)) return all;
  for (const auto& entry : fs::recursive_directory_iterator(folder, fs::directory_options::skip_permission_denied))
    all[fs::relative(entry.path(), folder).string()] = entry.is_regular_file() ? content(entry.path()) : "";
  return all;
}

/// How a program ended.
struct Ended {
  int exit_code = 0;  ///< -1 when it was ended by a signal
  int signal = 0;
  std::string out, err;
};

/// Whether programs are subject to file permissions: always for a user, and for root when it can give up its privilege.
inline bool permissions_apply() { return ::geteuid() != 0 || ::prctl(PR_CAPBSET_READ, CAP_SETPCAP) == 1; }

/// A running program of build/examples. It runs in one thread unless told otherwise: tests share the machine.
class Process {
 public:
  /// @param file_limit longest file that it may write, in bytes; writing more fails as on a full disk. 0: no limit
  explicit Process(const std::string& program, const std::vector<std::string>& arguments, rlim_t file_limit = 0) {
    const std::string path = std::string(UNET_PROGRAM_DIR) + "/" + program;
    std::vector<char*> list{const_cast<char*>(path.c_str())};
    for (const std::string& argument : arguments) list.push_back(const_cast<char*>(argument.c_str()));
    list.push_back(nullptr);
    const fs::path out = outputs_ / "out", err = outputs_ / "err";
    id_ = ::fork();
    REQUIRE(id_ >= 0);
    if (id_ > 0) return;

    const auto redirect = [](const fs::path& to, int descriptor) {
      ::dup2(::open(to.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600), descriptor);
    };
    redirect(out, STDOUT_FILENO);
    redirect(err, STDERR_FILENO);
    ::setenv("OMP_NUM_THREADS", "1", 1);
    ::signal(SIGHUP, SIG_DFL);                   // also where the tests run under nohup
    ::prctl(PR_CAPBSET_DROP, CAP_DAC_OVERRIDE);  // root's privilege to read and write everything
    ::prctl(PR_CAPBSET_DROP, CAP_DAC_READ_SEARCH);
    if (file_limit > 0) {
      ::signal(SIGXFSZ, SIG_IGN);  // write() then fails, as it does when the disk is full
      const rlimit limit{file_limit, file_limit};
      ::setrlimit(RLIMIT_FSIZE, &limit);
    }
    ::execv(path.c_str(), list.data());
    ::_exit(127);
  }
  Process(const Process&) = delete;
  ~Process() {
    if (id_ <= 0) return;
    ::kill(id_, SIGKILL);
    ::waitpid(id_, nullptr, 0);
  }

  std::string out() const { return content(outputs_ / "out"); }
  std::string err() const { return content(outputs_ / "err"); }

  /// Waits until the program has printed `text`; false when it ends before, or after a minute.
  bool prints(const std::string& text) {
    const auto stop = std::chrono::steady_clock::now() + std::chrono::minutes(1);
    while (std::chrono::steady_clock::now() < stop) {
      if (contains(out() + err(), text)) return true;
      siginfo_t info = {};
      ::waitid(P_PID, static_cast<id_t>(id_), &info, WEXITED | WNOHANG | WNOWAIT);
      if (info.si_pid != 0) return contains(out() + err(), text);
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    return false;
  }

  void send(int signal) { ::kill(id_, signal); }

  Ended wait() {
    int status = 0;
    ::waitpid(id_, &status, 0);
    id_ = -1;
    const bool exited = WIFEXITED(status);
    return {exited ? WEXITSTATUS(status) : -1, exited ? 0 : WTERMSIG(status), out(), err()};
  }

 private:
  TemporaryFolder outputs_;
  pid_t id_ = -1;
};

inline Ended run(const std::string& program, const std::vector<std::string>& arguments, rlim_t file_limit = 0) {
  Process process(program, arguments, file_limit);
  return process.wait();
}

inline std::vector<std::string> operator+(std::vector<std::string> a, const std::vector<std::string>& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

/// Checks that a program refused what it was given: an exit code for errors, and a message with all of these words.
inline void check_refused(const Ended& ended, const std::vector<std::string>& words) {
  CAPTURE(ended.err);
  CHECK(ended.exit_code > 0);
  CHECK(ended.exit_code < 126);
  CHECK(ended.out == "");
  for (const std::string& word : words) {
    CAPTURE(word);
    CHECK(contains(ended.err, word));
  }
}

/// A training run of about a second, on the phantom.
inline std::vector<std::string> small_run(const fs::path& out, int epochs = 2) {
  return {"--data", "phantom",   "--count", "20",   "--size", "32",       "--net",
          "small",  "--batch",   "4",       "--lr", "0.005",  "--epochs", std::to_string(epochs),
          "--out",  out.string()};
}

/// A run that all tests of programs share: CTest makes it before the first of them, the test programs/trained_run.
inline const fs::path& trained_run() {
  static const fs::path path = UNET_TRAINED_RUN;
  if (!fs::exists(path / "summary.json"))
    FAIL("no trained run in " << path << "; make it with  ctest -R programs/trained_run");
  return path;
}

}  // namespace test
