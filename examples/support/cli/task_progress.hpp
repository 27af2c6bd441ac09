// Progress of one long task: a bar on a terminal, a line now and then in a log; and the place where Ctrl-C is noticed.
#pragma once
#include <chrono>
#include <functional>
#include <string>

#include "support/cli/program.hpp"
#include "support/cli/progress.hpp"
#include "support/text/numbers.hpp"
#include "unet/core/shape.hpp"

namespace app {

/// Call it with what is done and the total, from one thread. Throws Interrupted after Ctrl-C or SIGTERM.
class TaskProgress {
  using Clock = std::chrono::steady_clock;

 public:
  explicit TaskProgress(std::string task, std::FILE* out = stderr)
      : task_(std::move(task)), out_(out), terminal_(Progress::is_terminal(out)), start_(Clock::now()), last_(start_) {}
  TaskProgress(const TaskProgress&) = delete;
  TaskProgress& operator=(const TaskProgress&) = delete;
  ~TaskProgress() {
    if (drawn_) std::fputs("\r\x1b[K", out_);
  }

  void operator()(unet::Index done, unet::Index total) {
    const auto now = Clock::now();
    const double pause = std::chrono::duration<double>(now - last_).count();
    if (pause >= (terminal_ ? 0.1 : 10.0) || (terminal_ && done == total)) {
      last_ = now;
      std::fprintf(out_, terminal_ ? "\r%s\x1b[K" : "%s\n", line(done, total, now).c_str());
      std::fflush(out_);
      drawn_ = terminal_;
    }
    stop_if_interrupted();
  }

  /// For the library's on_progress; this object must outlive it.
  std::function<void(unet::Index, unet::Index)> callback() {
    return [this](unet::Index done, unet::Index total) { (*this)(done, total); };
  }

 private:
  std::string line(unet::Index done, unet::Index total, Clock::time_point now) const {
    const double elapsed = std::chrono::duration<double>(now - start_).count();
    const double part = total > 0 ? static_cast<double>(done) / static_cast<double>(total) : 0;
    std::string text = task_;
    if (terminal_) {
      const auto filled = static_cast<std::size_t>(part * 24);
      text += "  [" + std::string(filled, '#') + std::string(24 - filled, '.') + "]";
    }
    text += "  " + std::to_string(done) + "/" + std::to_string(total);
    if (done > 0 && done < total) text += "  " + duration(elapsed / part - elapsed) + " left";
    return text;
  }

  std::string task_;
  std::FILE* out_;
  bool terminal_, drawn_ = false;
  Clock::time_point start_, last_;
};

}  // namespace app
