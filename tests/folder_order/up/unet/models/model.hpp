#pragma once
#include "unet/core/shape.hpp"
