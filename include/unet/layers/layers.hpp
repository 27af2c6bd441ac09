// All layers.
#pragma once
#include "unet/layers/concat.hpp"
#include "unet/layers/conv1x1.hpp"
#include "unet/layers/conv3x3_bn.hpp"
#include "unet/layers/conv3x3_bn_relu.hpp"
#include "unet/layers/pool.hpp"
#include "unet/layers/sequential.hpp"
#include "unet/layers/up_conv.hpp"
