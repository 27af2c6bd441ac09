// Segments images one after the other: a bad one is reported and the others are still done.
#pragma once
#include <chrono>
#include <cstddef>
#include <string>

#include "programs/predict/options.hpp"
#include "support/cli/progress.hpp"
#include "support/text/numbers.hpp"

namespace app {

/// A line on the terminal that is replaced while work goes on; nothing when the output is no terminal.
class StatusLine {
 public:
  StatusLine() : terminal_(Progress::is_terminal(stderr)), start_(Clock::now()) {}
  ~StatusLine() { clear(); }

  void show(std::size_t done, std::size_t total) {
    if (!terminal_) return;
    const double seconds = std::chrono::duration<double>(Clock::now() - start_).count();
    std::string text = "image " + std::to_string(done + 1) + "/" + std::to_string(total);
    if (done > 0)
      text += "  " + fixed(static_cast<double>(done) / seconds, 1) + " images/s  " +
              duration(seconds / static_cast<double>(done) * static_cast<double>(total - done)) + " left";
    std::fprintf(stderr, "\r%s\x1b[K", text.c_str());
    std::fflush(stderr);
  }
  void clear() {
    if (terminal_) std::fputs("\r\x1b[K", stderr);
  }

 private:
  using Clock = std::chrono::steady_clock;
  bool terminal_;
  Clock::time_point start_;
};

/// Exit code: 0, 1 when images failed, or that of an interrupt. Throws when options, the model or the folder to write to are
/// wrong; no file is written in that case.
int predict(const PredictProgram& o);

}  // namespace app
