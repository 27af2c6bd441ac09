// Training: the recipe beside the paper's, the curves of its Figure 3 and the best epoch.
#pragma once
#include "support/page/section.hpp"
#include "support/session/session.hpp"

namespace app {

/// Nothing but a sentence when the model is a single file, which does not say how it was trained. Throws FileError.
Section training_section(const Session& session);

}  // namespace app
