// Names of unet/testing that tests of layers use.
#pragma once
#include "unet/testing/run_layer.hpp"

using unet::testing::infer_layer;
using unet::testing::InputGradients;
using unet::testing::LayerInput;
using unet::testing::LayerResult;
using unet::testing::train_layer;
using unet::testing::train_output;
