// The progress bar of all programs, as a line of text that fits the terminal.
#pragma once
#include <string>
#include <vector>

#include "unet/core/shape.hpp"

namespace app {

/// What stands behind the bar; the field of the least weight is the first to be left out.
struct BarField {
  std::string text;
  int weight = 0;
};

/// "head  [####....]  field  field" in at most `width` columns: the bar shrinks first, then fields are left out, and the head
/// is cut before the last one goes.
/// @param part how much is done, from 0 to 1
std::string bar_line(const std::string& head, double part, std::vector<BarField> fields, int width);

/// The bar of a task with how much of it is done and, as far as that can be said, the time that is left.
/// @param seconds since its start
std::string task_line(const std::string& task, unet::Index done, unet::Index total, double seconds, int width);

/// The same without a bar, for a log: all of it.
std::string task_text(const std::string& task, unet::Index done, unet::Index total, double seconds);

}  // namespace app
