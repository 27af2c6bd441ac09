// Progress of a training run on the terminal; one line an epoch when the output is not a terminal.
#pragma once
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <limits>
#include <string>

#include "support/cli/terminal_line.hpp"
#include "support/text/history.hpp"

namespace app {

/// What the progress bar shows.
struct ProgressState {
  int epoch = 0, epochs = 0;
  int step = 0, steps = 0;  ///< of this epoch
  double loss = 0, iou = 0;
  double images_per_second = 0;
  double seconds_left = std::numeric_limits<double>::quiet_NaN();  ///< of the whole run; NaN while unknown
};

/// One line of at most `width` characters: the bar shrinks first, then what matters least is left out.
std::string progress_line(const ProgressState& state, int width);

/// The line that stays after an epoch: at most 80 columns. Rate and time are left out where there is no room for them.
std::string epoch_line(const EpochRecord& record, int epochs, bool is_best);

/// Reports a run of epochs. On a terminal a bar is redrawn in place, at most ten times a second.
class Progress {
 public:
  /// @param first_epoch the first that this process trains (1, or more after a resume); `epochs` the last
  Progress(int first_epoch, int epochs, std::FILE* out = stderr)
      : out_(out), line_(out), first_epoch_(first_epoch), run_start_(Clock::now()) {
    state_.epochs = epochs;
  }

  /// Before an epoch's first step; `done` of its steps were made before a resume.
  void begin_epoch(int epoch, int steps, int done = 0) {
    state_.epoch = epoch;
    state_.steps = steps;
    state_.step = first_step_ = done;
    images_ = 0;
    epoch_start_ = Clock::now();
  }

  /// After a training step over `images` images; loss and IoU are the epoch's means so far.
  void step(int images, double loss, double iou) {
    ++state_.step;
    images_ += images;
    state_.loss = loss;
    state_.iou = iou;
    const auto now = Clock::now();
    if (!line_.is_terminal() ||
        (line_.drawn() && state_.step < state_.steps && now - last_draw_ < std::chrono::milliseconds(100)))
      return;
    last_draw_ = now;
    const double elapsed = seconds(epoch_start_, now);
    state_.images_per_second = elapsed > 0 ? static_cast<double>(images_) / elapsed : 0;
    state_.seconds_left = seconds_left(now);
    line_.show(progress_line(state_, line_.width()));
  }

  void end_epoch(const EpochRecord& record, bool is_best) { message(epoch_line(record, state_.epochs, is_best)); }

  /// Any other line, without breaking the bar.
  void message(const std::string& text) {
    line_.clear();
    std::fprintf(out_, "%s\n", text.c_str());
    std::fflush(out_);
  }

 private:
  using Clock = std::chrono::steady_clock;

  static double seconds(Clock::time_point from, Clock::time_point to) {
    return std::chrono::duration<double>(to - from).count();
  }

  /// From the mean of the finished epochs; during the first, from its steps (validation is then not yet known).
  double seconds_left(Clock::time_point now) const {
    const int finished = state_.epoch - first_epoch_;
    const double in_epoch = seconds(epoch_start_, now);
    const double an_epoch = finished > 0
                                ? seconds(run_start_, epoch_start_) / finished
                                : in_epoch * (state_.steps - first_step_) / std::max(state_.step - first_step_, 1);
    return std::max(0.0, an_epoch * (state_.epochs - state_.epoch + 1) - in_epoch);
  }

  std::FILE* out_;
  TerminalLine line_;
  int first_epoch_, first_step_ = 0;
  ProgressState state_;
  long long images_ = 0;
  Clock::time_point run_start_, epoch_start_ = run_start_, last_draw_ = run_start_;
};

}  // namespace app
