#include "programs/occlusion/options.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "unet/stats/bootstrap.hpp"

namespace app {

namespace {

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

constexpr std::array<std::pair<const char*, unet::OcclusionFill>, 5> occlusion_fills = {
    {{"uniform", unet::OcclusionFill::uniform},
     {"normal", unet::OcclusionFill::normal},
     {"mean", unet::OcclusionFill::mean},
     {"blur", unet::OcclusionFill::blur},
     {"black", unet::OcclusionFill::black}}};

constexpr std::array<std::pair<const char*, unet::OcclusionScore>, 3> occlusion_scores = {
    {{"loss", unet::OcclusionScore::loss},
     {"iou", unet::OcclusionScore::iou},
     {"prediction", unet::OcclusionScore::prediction}}};

constexpr std::array<std::pair<const char*, unet::OcclusionMethod>, 3> occlusion_methods = {
    {{"incremental", unet::OcclusionMethod::incremental},
     {"exact", unet::OcclusionMethod::exact},
     {"full", unet::OcclusionMethod::full}}};

}  // namespace

unet::Index scaled_patch(unet::Index side) { return std::max<unet::Index>(4, (14 * side + 256) / 512); }

unet::OcclusionOptions occlusion_options(const OcclusionProgram& o, unet::Index side) {
  unet::OcclusionOptions options;
  options.patch = o.patch.value_or(scaled_patch(side));
  options.stride = o.stride.value_or(o.sparse ? 2 * options.patch : options.patch);
  options.draws = o.draws;
  options.fill = named_choice("--fill", o.fill, occlusion_fills);
  options.score = named_choice("--score", o.score, occlusion_scores);
  options.method = named_choice("--method", o.method, occlusion_methods);
  unet::check_occlusion_options(options, side, side);
  unet::boundary_reach(o.edge, side);
  unet::bootstrap_mean({}, {o.bootstrap_draws, 0.95, 0});
  return options;
}

}  // namespace app
