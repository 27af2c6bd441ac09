// A backend that stores feature maps and their gradients in bf16 and computes in float: what half the memory does to a network.
#pragma once
#include "unet/backends/contract.hpp"
#include "unet/backends/eigen/eigen_backend.hpp"
#include "unet/core/bf16.hpp"

struct Narrow : unet::EigenBackend<float, unet::bf16> {
  static constexpr const char* name = "bf16";
};

static_assert(unet::Backend<Narrow>);
