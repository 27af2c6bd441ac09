// All of graph/: a network as a list of steps, and what walks through it.
#pragma once
#include "unet/graph/incremental.hpp"
#include "unet/graph/incremental_pass.hpp"
#include "unet/graph/reach.hpp"
#include "unet/graph/steps.hpp"
