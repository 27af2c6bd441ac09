// What occlusion is told besides what all analyses are told.
#pragma once
#include <array>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "unet/chest/lung_regions.hpp"
#include "unet/explain/occlusion/options.hpp"
#include "unet/stats/bootstrap.hpp"

namespace app {

struct OcclusionProgram {
  unet::Index patch = 14;             ///< pixels, as the paper's
  std::optional<unet::Index> stride;  ///< nothing: the patch's size
  std::string fill = "uniform", score = "loss";
  int draws = 1;
  std::string method = "incremental";
  std::vector<std::string> ids;         ///< images to show; empty: best and worst of each group
  std::string part = "test";            ///< whose images are shown, and the statistics are about
  bool all = false;                     ///< statistics over all images of the part
  double edge = unet::lung_edge_share;  ///< half width of the lung edge, as a share of the image's side
  unet::Index bootstrap_draws = 10'000;
};

namespace detail {

/// The value of that name. Throws OptionError, which lists the names.
template <class T, std::size_t N>
T named_choice(const char* option, const std::string& name, const std::array<std::pair<const char*, T>, N>& choices) {
  std::string known;
  for (const auto& [candidate, value] : choices) {
    if (name == candidate) return value;
    known += (known.empty() ? "" : ", ") + std::string(candidate);
  }
  throw unet::OptionError(std::string(option) + " '" + name + "' is unknown; use one of " + known);
}

inline constexpr std::array<std::pair<const char*, unet::OcclusionFill>, 5> occlusion_fills = {
    {{"uniform", unet::OcclusionFill::uniform},
     {"normal", unet::OcclusionFill::normal},
     {"mean", unet::OcclusionFill::mean},
     {"blur", unet::OcclusionFill::blur},
     {"black", unet::OcclusionFill::black}}};
inline constexpr std::array<std::pair<const char*, unet::OcclusionScore>, 3> occlusion_scores = {
    {{"loss", unet::OcclusionScore::loss},
     {"iou", unet::OcclusionScore::iou},
     {"prediction", unet::OcclusionScore::prediction}}};
inline constexpr std::array<std::pair<const char*, unet::OcclusionMethod>, 2> occlusion_methods = {
    {{"incremental", unet::OcclusionMethod::incremental}, {"full", unet::OcclusionMethod::full}}};

}  // namespace detail

/// For the library, without what comes from the session. Throws OptionError, or ShapeError for a patch that is larger than
/// the image: to be called before long work.
/// @param side of the images; a large number while it is not known
inline unet::OcclusionOptions occlusion_options(const OcclusionProgram& o, unet::Index side) {
  unet::OcclusionOptions options;
  options.patch = o.patch;
  options.stride = o.stride.value_or(o.patch);
  options.draws = o.draws;
  options.fill = detail::named_choice("--fill", o.fill, detail::occlusion_fills);
  options.score = detail::named_choice("--score", o.score, detail::occlusion_scores);
  options.method = detail::named_choice("--method", o.method, detail::occlusion_methods);
  unet::check_occlusion_options(options, side, side);
  unet::boundary_reach(o.edge, side);
  unet::bootstrap_mean({}, {o.bootstrap_draws, 0.95, 0});
  return options;
}

}  // namespace app
