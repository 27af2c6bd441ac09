// Data: the paper's Table 1, and what is known about the images.
#pragma once
#include "support/page/section.hpp"
#include "support/session/session.hpp"

namespace app {

Section data_section(const Session& session);

}  // namespace app
