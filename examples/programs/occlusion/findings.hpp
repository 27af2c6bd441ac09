// What the numbers of `occlusion` say about the paper's claims, in sentences computed from them.
#pragma once
#include "programs/occlusion/statistics.hpp"
#include "support/page/section.hpp"

namespace app {

/// Claim: the edges of the lungs matter most. They do when they matter more than both other parts of the image.
Finding edge_finding(const ImportanceStatistics& s, int decimals);

/// Claim: the side of the heart matters more than the rest of the edge.
Finding heart_finding(const ImportanceStatistics& s, int decimals);

/// Claim: in women the lower part of the lungs matters more. Shown both as it is and against the same lungs' upper part, as
/// women's images may be more sensitive everywhere.
Finding women_finding(const ImportanceStatistics& s, int decimals);

}  // namespace app
