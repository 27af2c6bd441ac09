#pragma once
#include "unet/backends/cpu/tasks.hpp"
