// The reference backend: every operation is an Eigen expression or product, for any scalar. It is written to be read and
// trusted; faster backends derive from it and override what they do better.
#pragma once
#include "unet/backends/eigen/conv1x1.hpp"
#include "unet/backends/eigen/conv3x3.hpp"
#include "unet/backends/eigen/elementwise.hpp"
#include "unet/backends/eigen/loss.hpp"
#include "unet/backends/eigen/max_pool.hpp"
#include "unet/backends/eigen/memory.hpp"
#include "unet/backends/eigen/norm.hpp"
#include "unet/backends/eigen/up_conv.hpp"

namespace unet {

/// Host memory. See backends/contract.hpp for the operations.
template <class T>
struct EigenBackend : eigen::Memory<T>,
                      eigen::Conv3x3<T>,
                      eigen::UpConv<T>,
                      eigen::Conv1x1<T>,
                      eigen::MaxPool<T>,
                      eigen::Norm<T>,
                      eigen::Elementwise<T>,
                      eigen::Loss<T> {
  using Scalar = T;
  static constexpr const char* name = "eigen";
  static constexpr int alignment = 1;
};

}  // namespace unet
