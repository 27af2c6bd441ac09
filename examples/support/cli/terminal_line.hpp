// A line of a terminal that is replaced while work goes on.
#pragma once
#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

namespace app {

class TerminalLine {
 public:
  explicit TerminalLine(std::FILE* out = stderr) : out_(out), terminal_(is_terminal(out)) {}
  TerminalLine(const TerminalLine&) = delete;
  TerminalLine& operator=(const TerminalLine&) = delete;
  ~TerminalLine() { clear(); }

  /// True when `out` is a terminal that can redraw a line.
  static bool is_terminal(std::FILE* out) {
    const char* kind = std::getenv("TERM");
    return ::isatty(::fileno(out)) == 1 && kind != nullptr && std::strcmp(kind, "dumb") != 0;
  }
  bool is_terminal() const { return terminal_; }
  bool drawn() const { return drawn_; }

  /// Columns that a line may have now: the cursor takes the last one of the terminal. A longer line would be continued in
  /// the next row, and what was drawn before could no longer be replaced.
  int width() const {
    winsize size = {};
    if (::ioctl(::fileno(out_), TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col - 1;
    const char* variable = std::getenv("COLUMNS");
    const int from_variable = variable ? std::atoi(variable) : 0;
    return (from_variable > 0 ? from_variable : 80) - 1;
  }

  /// Nothing when the output is no terminal.
  void show(const std::string& text) {
    if (!terminal_) return;
    std::fprintf(out_, "\r%s\x1b[K", text.c_str());
    std::fflush(out_);
    drawn_ = true;
  }
  void clear() {
    if (!drawn_) return;
    std::fputs("\r\x1b[K", out_);
    std::fflush(out_);
    drawn_ = false;
  }

 private:
  std::FILE* out_;
  bool terminal_, drawn_ = false;
};

}  // namespace app
