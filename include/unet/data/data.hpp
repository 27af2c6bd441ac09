// All of data/: images, data sets, splits and the mean-mask baseline.
#pragma once
#include "unet/data/baseline.hpp"
#include "unet/data/csv.hpp"
#include "unet/data/dataset.hpp"
#include "unet/data/file.hpp"
#include "unet/data/image.hpp"
#include "unet/data/image_files.hpp"
#include "unet/data/image_pairs.hpp"
#include "unet/data/mask.hpp"
#include "unet/data/sample_set.hpp"
#include "unet/data/split.hpp"
#include "unet/data/subset.hpp"
