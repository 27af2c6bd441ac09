// Progress of one long task: a bar on a terminal, a line now and then in a log; and the place where Ctrl-C is noticed.
#pragma once
#include <chrono>
#include <functional>
#include <string>

#include "support/cli/program.hpp"
#include "support/cli/progress_bar.hpp"
#include "support/cli/terminal_line.hpp"
#include "unet/core/shape.hpp"

namespace app {

/// Call it with what is done and the total, one call at a time. Throws Interrupted after Ctrl-C or SIGTERM.
class TaskProgress {
  using Clock = std::chrono::steady_clock;

 public:
  explicit TaskProgress(std::string task, std::FILE* out = stderr)
      : task_(std::move(task)), out_(out), line_(out), start_(Clock::now()), last_(start_) {}

  void operator()(unet::Index done, unet::Index total) {
    show(done, total);
    stop_if_interrupted();
  }

  /// The same where nothing may be thrown.
  void show(unet::Index done, unet::Index total) {
    const auto now = Clock::now();
    const bool due = std::chrono::duration<double>(now - last_).count() >= (line_.is_terminal() ? 0.1 : 10.0);
    if (!due && !(line_.is_terminal() && done == total)) return;
    last_ = now;
    const double seconds = std::chrono::duration<double>(now - start_).count();
    if (line_.is_terminal()) return line_.show(task_line(task_, done, total, seconds, line_.width()));
    std::fprintf(out_, "%s\n", task_text(task_, done, total, seconds).c_str());
    std::fflush(out_);
  }

  /// Takes the bar away, for another line to be printed.
  void clear() { line_.clear(); }

  /// For the library's on_progress; this object must outlive it.
  std::function<void(unet::Index, unet::Index)> callback() {
    return [this](unet::Index done, unet::Index total) { (*this)(done, total); };
  }

 private:
  std::string task_;
  std::FILE* out_;
  TerminalLine line_;
  Clock::time_point start_, last_;
};

}  // namespace app
