#include "programs/study/analyses.hpp"

#include "programs/feature_maps/feature_maps.hpp"
#include "programs/kmeans/kmeans.hpp"
#include "programs/occlusion/occlusion.hpp"
#include "programs/subgroups/subgroups.hpp"

namespace app {

std::vector<Analysis> all_analyses(bool quick, std::optional<unet::Index> occlusion_stride) {
  SubgroupOptions groups;
  KMeansProgramOptions clusters;
  OcclusionProgram occlusion;
  occlusion.all = true;
  occlusion.stride = occlusion_stride;
  occlusion_options(occlusion, unet::ImageLimits{}.max_side);  // throws now, not after the other analyses
  FeatureMapsOptions maps;
  maps.channels = {"encoder1"};
  if (quick) {
    occlusion.sparse = true;
    occlusion.bootstrap_draws = 1000;
    groups.draws = 1000;
    clusters.restarts = 3;
    clusters.draws = 999;
  }
  return {{"subgroups", "Subgroups of patients", subgroup_files,
           [=](Session& session, const ResultFolder& out) { return run_subgroups(session, groups, out); }},
          {"kmeans", "Clusters of the latent space", kmeans_files,
           [=](Session& session, const ResultFolder& out) { return run_kmeans(session, clusters, out); }},
          {"occlusion", "Occlusion: which parts of an image matter", occlusion_files(occlusion),
           [=](Session& session, const ResultFolder& out) { return run_occlusion(session, occlusion, out); }},
          {"feature_maps", "Feature maps of all blocks", feature_maps_files(maps),
           [=](Session& session, const ResultFolder& out) { return run_feature_maps(session, maps, out); }}};
}

}  // namespace app
