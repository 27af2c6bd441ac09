#include "programs/feature_maps/marking.hpp"

#include "unet/data/mask.hpp"
#include "unet/explain/feature_maps/mean_map.hpp"
#include "unet/imaging/boundary.hpp"
#include "unet/imaging/gradient.hpp"
#include "unet/imaging/local_maximum.hpp"

namespace app {

Regions regions_of(const unet::HostTensor<float>& target, double boundary) {
  Regions regions;
  regions.reach = unet::boundary_reach(boundary, figure_side);
  regions.lungs = unet::threshold_mask(as_image(target), figure_side, figure_side);
  regions.boundary = unet::boundary_band(regions.lungs, figure_side, figure_side, regions.reach);
  return regions;
}

unet::Image edge_map(const unet::Image& map, unet::Index reach) {
  return unet::local_maximum(unet::gradient_magnitude(map), reach);
}

}  // namespace app
