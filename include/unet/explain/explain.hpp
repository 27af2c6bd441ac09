// All of explain/: analyses of any trained network.
#pragma once
#include "unet/explain/feature_maps/channel_moments.hpp"
#include "unet/explain/feature_maps/channel_statistics.hpp"
#include "unet/explain/feature_maps/map_threshold.hpp"
#include "unet/explain/feature_maps/mean_map.hpp"
#include "unet/explain/occlusion/engines.hpp"
#include "unet/explain/occlusion/fill.hpp"
#include "unet/explain/occlusion/occlusion.hpp"
#include "unet/explain/occlusion/options.hpp"
#include "unet/explain/occlusion/score.hpp"
