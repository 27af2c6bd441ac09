#include "support/cli/progress_bar.hpp"

#include <algorithm>

#include "support/text/numbers.hpp"

namespace app {

std::string bar_line(const std::string& name, double part, std::vector<BarField> fields, int width) {
  std::string head = name;
  const auto length = [&] {
    int count = static_cast<int>(head.size());
    for (const BarField& field : fields) count += 2 + static_cast<int>(field.text.size());
    return count;
  };
  constexpr int shortest_head = 12;
  while (!fields.empty() && length() > width) {
    const int room = width - 2 - static_cast<int>(fields[0].text.size());
    if (fields.size() == 1 && room >= shortest_head)
      head.resize(static_cast<std::size_t>(room));
    else
      fields.erase(std::min_element(fields.begin(), fields.end(),
                                    [](const BarField& a, const BarField& b) { return a.weight < b.weight; }));
  }
  std::string line = head;
  constexpr int longest = 30, shortest = 5;
  const int bar = std::min(width - length() - 4, longest);
  if (bar >= shortest) {
    const auto done = static_cast<std::size_t>(std::clamp(part, 0.0, 1.0) * bar);
    line += "  [" + std::string(done, '#') + std::string(static_cast<std::size_t>(bar) - done, '.') + "]";
  }
  for (const BarField& field : fields) line += "  " + field.text;
  return line.substr(0, static_cast<std::size_t>(std::max(width, 0)));
}

namespace {

double part_of(unet::Index done, unet::Index total) {
  return total > 0 ? static_cast<double>(done) / static_cast<double>(total) : 0;
}

std::vector<BarField> task_fields(unet::Index done, unet::Index total, double seconds) {
  std::vector<BarField> fields = {{std::to_string(done) + "/" + std::to_string(total), 1}};
  if (done > 0 && done < total) fields.push_back({duration(seconds / part_of(done, total) - seconds) + " left", 2});
  return fields;
}

}  // namespace

std::string task_line(const std::string& task, unet::Index done, unet::Index total, double seconds, int width) {
  return bar_line(task, part_of(done, total), task_fields(done, total, seconds), width);
}

std::string task_text(const std::string& task, unet::Index done, unet::Index total, double seconds) {
  std::string text = task;
  for (const BarField& field : task_fields(done, total, seconds)) text += "  " + field.text;
  return text;
}

}  // namespace app
