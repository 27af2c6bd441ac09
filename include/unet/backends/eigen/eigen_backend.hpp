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

/// Host memory; computes in S and stores feature maps in T, converting at each load and store (T = bf16 shows what that
/// precision does to a training). See backends/contract.hpp for the operations.
template <class S, class T = S>
struct EigenBackend : HostBackend,
                      eigen::Memory,
                      eigen::Conv3x3<T, S>,
                      eigen::UpConv<T, S>,
                      eigen::Conv1x1<T, S>,
                      eigen::MaxPool<T, S>,
                      eigen::Norm<T, S>,
                      eigen::Elementwise<T, S>,
                      eigen::Loss<T, S> {
  using Storage = T;
  using Scalar = S;
  using Context = HostContext;
  using Event = HostEvent;
  static constexpr const char* name = "eigen";
  static constexpr bool host_memory = true;

  static constexpr Index pixel_alignment(Operation) { return 1; }
  /// Products take weights as they are.
  static Index pack_bytes(WeightShape) { return 0; }
  static void pack(HostContext&, WeightShape, const S*, void*) {}
};

}  // namespace unet
