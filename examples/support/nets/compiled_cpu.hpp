// Cpu's operations, compiled once (backends.cpp), for sources that call them by Cpu's own name. Tests include it before what a user
// would write, to save time.
#pragma once
#include "unet/backends/cpu/cpu.hpp"
#include "unet/core/bf16.hpp"

extern template struct unet::Cpu<float>;
extern template struct unet::Cpu<unet::bf16>;
