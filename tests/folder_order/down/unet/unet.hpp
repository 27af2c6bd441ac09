#pragma once
#include "unet/backends/cpu/cpu.hpp"
