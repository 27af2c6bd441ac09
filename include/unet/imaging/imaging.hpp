// All of imaging/: what is done to images and masks in memory (resizing brings stb along).
#pragma once
#include "unet/imaging/blur.hpp"
#include "unet/imaging/boundary.hpp"
#include "unet/imaging/components.hpp"
#include "unet/imaging/gradient.hpp"
#include "unet/imaging/image.hpp"
#include "unet/imaging/label_map.hpp"
#include "unet/imaging/local_maximum.hpp"
#include "unet/imaging/pad.hpp"
#include "unet/imaging/probabilities.hpp"
#include "unet/imaging/resize.hpp"
#include "unet/imaging/unit_range.hpp"
