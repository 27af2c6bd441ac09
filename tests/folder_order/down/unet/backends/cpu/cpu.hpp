#pragma once
#include <vector>

#include "unet/backends/eigen/matrix.hpp"
#include "unet/core/shape.hpp"
