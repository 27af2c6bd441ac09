// All of data/: images, data sets, splits, the mean-mask baseline and the synthetic phantom.
#pragma once
#include "unet/data/baseline.hpp"
#include "unet/data/csv.hpp"
#include "unet/data/dataset.hpp"
#include "unet/data/file.hpp"
#include "unet/data/image.hpp"
#include "unet/data/mask.hpp"
#include "unet/data/phantom.hpp"
#include "unet/data/record.hpp"
#include "unet/data/split.hpp"
#include "unet/data/subset.hpp"
