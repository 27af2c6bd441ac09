// All that knows lungs, sex, age and finding: the phantom, patients, regions, subgroups.
#pragma once
#include "unet/chest/age_profile.hpp"
#include "unet/chest/image_choice.hpp"
#include "unet/chest/importance_statistics.hpp"
#include "unet/chest/lung_regions.hpp"
#include "unet/chest/phantom.hpp"
#include "unet/chest/record.hpp"
#include "unet/chest/records.hpp"
#include "unet/chest/region_importance.hpp"
#include "unet/chest/subgroups.hpp"
