#include "support/cli/progress.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cmath>
#include <cstdlib>
#include <cstring>
#include <string_view>
#include <vector>

#include "support/text/numbers.hpp"

namespace app {

std::string progress_line(const ProgressState& state, int width) {
  const std::string head = "epoch " + std::to_string(state.epoch) + "/" + std::to_string(state.epochs);
  std::vector<std::string> fields = {"step " + std::to_string(state.step) + "/" + std::to_string(state.steps),
                                     "loss " + significant(state.loss, 4), "IoU " + fixed(state.iou, 3),
                                     fixed(state.images_per_second, 1) + " images/s"};
  if (std::isfinite(state.seconds_left)) fields.push_back(duration(state.seconds_left) + " left");
  // Fields from most to least dispensable.
  const std::string_view dispensable[] = {"step", "images/s", "loss", "IoU", "left"};
  const auto length = [&] {
    int count = static_cast<int>(head.size());
    for (const auto& field : fields) count += 2 + static_cast<int>(field.size());
    return count;
  };
  for (const std::string_view word : dispensable)
    if (length() > width) std::erase_if(fields, [word](const std::string& f) { return f.find(word) != f.npos; });

  std::string line = head;
  const int bar = std::min(width - length() - 4, 30);
  if (bar >= 5) {
    const double part = state.steps > 0 ? std::min(1.0, static_cast<double>(state.step) / state.steps) : 0;
    const auto done = static_cast<std::size_t>(part * bar);
    line += "  [" + std::string(done, '#') + std::string(static_cast<std::size_t>(bar) - done, '.') + "]";
  }
  for (const auto& field : fields) line += "  " + field;
  return line.substr(0, static_cast<std::size_t>(std::max(width, 0)));
}

std::string epoch_line(const EpochRecord& record, int epochs, bool is_best) {
  std::string line = "epoch " + std::to_string(record.epoch) + "/" + std::to_string(epochs) + "  loss " +
                     fixed(record.train_loss, 4) + " val " + fixed(record.validation_loss, 4) + "  IoU " +
                     fixed(record.train_iou, 4) + " val " + fixed(record.validation_iou, 4);
  const std::string best = "  best";
  for (const std::string& field : {"lr " + significant(record.learning_rate, 3), duration(record.seconds)})
    if (line.size() + 2 + field.size() + best.size() <= 80) line += "  " + field;
  return is_best ? line + best : line;
}

}  // namespace app
