// The analyses that a study runs, in the order of its report.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "analysis/result_folder.hpp"
#include "analysis/section.hpp"
#include "analysis/session.hpp"
#include "subgroups/subgroups.hpp"

namespace app {

/// `id` is the section's id in the page and the folder that the analysis writes to.
struct Analysis {
  std::string id, title;
  std::vector<std::string> files;
  std::function<Section(Session&, const ResultFolder&)> run;
};

/// @param quick fewer draws and positions: to try things out
inline std::vector<Analysis> all_analyses(bool quick) {
  SubgroupOptions groups;
  if (quick) groups.draws = 1000;
  return {{"subgroups", "Subgroups of patients", subgroup_files,
           [=](Session& session, const ResultFolder& out) { return run_subgroups(session, groups, out); }}};
}

}  // namespace app
