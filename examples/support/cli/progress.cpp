#include "support/cli/progress.hpp"

#include <cmath>

#include "support/cli/progress_bar.hpp"
#include "support/text/numbers.hpp"

namespace app {

std::string progress_line(const ProgressState& state, int width) {
  std::vector<BarField> fields = {{"step " + std::to_string(state.step) + "/" + std::to_string(state.steps), 1},
                                  {"loss " + significant(state.loss, 4), 3},
                                  {"IoU " + fixed(state.iou, 3), 4},
                                  {fixed(state.images_per_second, 1) + " images/s", 2}};
  if (std::isfinite(state.seconds_left)) fields.push_back({duration(state.seconds_left) + " left", 5});
  const double part = state.steps > 0 ? static_cast<double>(state.step) / state.steps : 0;
  return bar_line("epoch " + std::to_string(state.epoch) + "/" + std::to_string(state.epochs), part, fields, width);
}

std::string epoch_line(const EpochRecord& record, int epochs, bool is_best) {
  std::string line = "epoch " + std::to_string(record.epoch) + "/" + std::to_string(epochs) + "  loss " +
                     fixed(record.train_loss, 4) + " val " + fixed(record.validation_loss, 4) + "  IoU " +
                     fixed(record.train_iou, 4) + " val " + fixed(record.validation_iou, 4);
  const std::string rate = "  lr " + significant(record.learning_rate, 3), best = is_best ? "  best" : "";
  const std::string time = "  " + duration(record.seconds);
  const auto fits = [&](const std::string& end) { return line.size() + end.size() <= 80; };
  if (fits(rate + time + best)) return line + rate + time + best;
  return line + (fits(time + best) ? time : "") + best;
}

}  // namespace app
