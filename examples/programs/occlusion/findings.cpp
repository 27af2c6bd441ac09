#include "programs/occlusion/findings.hpp"

#include <string>

#include "programs/occlusion/tables.hpp"

namespace app {

namespace {

constexpr double importance_level = 0.05;

bool is_shown(const ImportanceComparison& c) { return c.p_holm && *c.p_holm < importance_level; }

std::string comparison_text(const ImportanceComparison& c, int decimals) {
  return c.name + " " + estimate_text(c.estimate, decimals) +
         (c.p_holm ? ", p " + std::string(*c.p_holm < 0.001 ? "" : "= ") + chance_text(c.p_holm) + " after Holm"
                   : ", too few images for a test");
}

/// A claim that is true when all these differences are above 0: supported when each is shown to be, not supported when one
/// is shown to be below.
Finding::Verdict importance_verdict(const std::vector<const ImportanceComparison*>& differences) {
  bool all_above = true;
  for (const ImportanceComparison* d : differences) {
    if (is_shown(*d) && d->estimate.mean < 0) return Finding::Verdict::not_supported;
    all_above = all_above && is_shown(*d) && d->estimate.mean > 0;
  }
  return all_above ? Finding::Verdict::supported : Finding::Verdict::unclear;
}

}  // namespace

Finding edge_finding(const ImportanceStatistics& s, int decimals) {
  const ImportanceComparison &inside = s.comparisons[ImportanceStatistics::edge_inside],
                             &outside = s.comparisons[ImportanceStatistics::edge_outside];
  const auto& m = s.most_important;
  std::string text = "The edges of the lungs matter most: " + comparison_text(inside, decimals) + "; " +
                     comparison_text(outside, decimals) + ". Of " + std::to_string(m.images) +
                     " images the edge is the most important of the three in " + std::to_string(m.count[0]) +
                     ", the inside in " + std::to_string(m.count[1]) + ", the outside in " + std::to_string(m.count[2]);
  return {importance_verdict({&inside, &outside}), text};
}

Finding heart_finding(const ImportanceStatistics& s, int decimals) {
  const ImportanceComparison& c = s.comparisons[ImportanceStatistics::heart_other_edge];
  return {importance_verdict({&c}),
          "The edge beside the heart matters more than the rest of the edge: " + comparison_text(c, decimals)};
}

Finding women_finding(const ImportanceStatistics& s, int decimals) {
  const ImportanceComparison &plain = s.comparisons[ImportanceStatistics::women_men],
                             &relative = s.comparisons[ImportanceStatistics::women_men_bottom_upper];
  if (!plain.p_holm)
    return {Finding::Verdict::note, "Women against men for the lower part of the lungs: too few images of known sex."};
  return {importance_verdict({&plain, &relative}),
          "The lower part of the lungs matters more in women than in men: " + comparison_text(plain, decimals) + "; " +
              comparison_text(relative, decimals)};
}

}  // namespace app
