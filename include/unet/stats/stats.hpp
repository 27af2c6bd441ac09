// All of stats/: intervals, tests and correlation.
#pragma once
#include "unet/stats/bootstrap.hpp"
#include "unet/stats/correlation.hpp"
#include "unet/stats/holm.hpp"
#include "unet/stats/label_permutation.hpp"
#include "unet/stats/permutation.hpp"
#include "unet/stats/ranks.hpp"
#include "unet/stats/sign_flip.hpp"
#include "unet/stats/worst_group_gap.hpp"
