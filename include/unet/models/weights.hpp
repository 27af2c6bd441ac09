// Weights of a network as safetensors files.
#pragma once
#include "unet/models/load.hpp"
#include "unet/models/save.hpp"
