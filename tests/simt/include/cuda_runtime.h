// What #include <cuda_runtime.h> finds where kernels are compiled by a C++ compiler and run on the CPU, block by block, each
// thread of a block a fiber. It is stricter than a device: what that would forgive on some days is a simt::Fault here.
// simt/settings.hpp lists what tests can choose. What it does not see: anything about time; races through plain dereferences
// of shared memory and between blocks; the arithmetic inside of tensor cores.
#pragma once
#include "simt/atomics.hpp"
#include "simt/fault.hpp"
#include "simt/kernel_language.hpp"
#include "simt/math.hpp"
#include "simt/runtime/devices.hpp"
#include "simt/runtime/error.hpp"
#include "simt/runtime/graph_calls.hpp"
#include "simt/runtime/launch.hpp"
#include "simt/runtime/memory_calls.hpp"
#include "simt/runtime/stream_calls.hpp"
#include "simt/settings.hpp"
#include "simt/shuffle.hpp"
#include "simt/vector_types.hpp"
