// Terminals for tests of what is drawn on them.
#pragma once
#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <string>

/// A terminal of which this process holds both ends.
class Terminal {
 public:
  explicit Terminal(unsigned short columns) : master_(::posix_openpt(O_RDWR | O_NOCTTY)) {
    if (master_ < 0 || ::grantpt(master_) != 0 || ::unlockpt(master_) != 0) return;
    const winsize size = {24, columns, 0, 0};
    ::ioctl(master_, TIOCSWINSZ, &size);
    slave = std::fopen(::ptsname(master_), "w");
  }
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;
  ~Terminal() {
    if (slave) std::fclose(slave);
    ::close(master_);
  }

  /// What has been written so far.
  std::string output() const {
    std::string text;
    char block[4096];
    pollfd ready = {master_, POLLIN, 0};
    while (::poll(&ready, 1, 50) > 0) {
      const ssize_t got = ::read(master_, block, sizeof block);
      if (got <= 0) break;
      text.append(block, static_cast<std::size_t>(got));
    }
    return text;
  }

  std::FILE* slave = nullptr;

 private:
  int master_;
};

/// Says what kind the terminals are (TERM), as long as it lives.
class TerminalKind {
 public:
  explicit TerminalKind(const char* kind) {
    if (const char* before = std::getenv("TERM")) before_ = before;
    ::setenv("TERM", kind, 1);
  }
  TerminalKind(const TerminalKind&) = delete;
  TerminalKind& operator=(const TerminalKind&) = delete;
  ~TerminalKind() {
    if (before_.empty())
      ::unsetenv("TERM");
    else
      ::setenv("TERM", before_.c_str(), 1);
  }

 private:
  std::string before_;
};
