// The analyses that a study runs, in the order of its report.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "programs/feature_maps/feature_maps.hpp"
#include "programs/kmeans/kmeans.hpp"
#include "programs/occlusion/occlusion.hpp"
#include "programs/subgroups/subgroups.hpp"
#include "support/page/section.hpp"
#include "support/session/result_folder.hpp"
#include "support/session/session.hpp"

namespace app {

/// `id` is the section's id in the page and the folder that the analysis writes to.
struct Analysis {
  std::string id, title;
  std::vector<std::string> files;
  std::function<Section(Session&, const ResultFolder&)> run;
};

/// @param quick fewer draws: to try things out
/// @param occlusion_stride distance between occluded positions in pixels; nothing: the patch's size
inline std::vector<Analysis> all_analyses(bool quick, std::optional<unet::Index> occlusion_stride) {
  SubgroupOptions groups;
  KMeansProgramOptions clusters;
  OcclusionProgram occlusion;
  occlusion.all = true;
  occlusion.stride = occlusion_stride;
  occlusion_options(occlusion, unet::ImageLimits{}.max_side);  // throws now, not after the other analyses
  FeatureMapsOptions maps;
  maps.channels = {"encoder1"};
  if (quick) {
    occlusion.bootstrap_draws = 1000;
    groups.draws = 1000;
    clusters.restarts = 3;
    clusters.draws = 999;
  }
  return {{"subgroups", "Subgroups of patients", subgroup_files,
           [=](Session& session, const ResultFolder& out) { return run_subgroups(session, groups, out); }},
          {"kmeans", "Clusters of the latent space", kmeans_files,
           [=](Session& session, const ResultFolder& out) { return run_kmeans(session, clusters, out); }},
          {"occlusion", "Occlusion: which parts of a film matter", occlusion_files(occlusion),
           [=](Session& session, const ResultFolder& out) { return run_occlusion(session, occlusion, out); }},
          {"feature_maps", "Feature maps of all blocks", feature_maps_files(maps),
           [=](Session& session, const ResultFolder& out) { return run_feature_maps(session, maps, out); }}};
}

}  // namespace app
