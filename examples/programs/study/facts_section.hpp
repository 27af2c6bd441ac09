// Facts: with what, how and when the study was made, so that it can be made again.
#pragma once
#include <string>
#include <vector>

#include "support/page/section.hpp"
#include "support/session/session.hpp"

namespace app {

/// A step of the study and how long it took.
struct StepTime {
  std::string step;
  double seconds = 0;
};

Section facts_section(const Session& session, const std::string& command, const std::vector<StepTime>& steps,
                      const std::string& date);

}  // namespace app
