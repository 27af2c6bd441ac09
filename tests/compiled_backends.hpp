// The backends that most tests run on, compiled once (compiled_backends.cpp) instead of in each test.
#pragma once
#include "support/nets/compiled_backend.hpp"
#include "unet/core/bf16.hpp"

/// For tight tolerances.
using Double = app::Compiled<unet::EigenBackend<double, double>, double>;
/// The backend that programs use by default.
using Float = app::Compiled<unet::Cpu<float>, float>;
/// The reference backend at float.
using EigenFloat = app::Compiled<unet::EigenBackend<float, float>, float>;
/// Stores feature maps and their gradients in bf16 and computes in float: what half the memory does to a network.
using Narrow = app::Compiled<unet::EigenBackend<float, unet::bf16>, float, unet::bf16>;

/// The programs' with maps in bf16.
using FastNarrow = app::Compiled<unet::Cpu<unet::bf16>, float, unet::bf16>;

static_assert(unet::Backend<Double> && unet::Backend<Float> && unet::Backend<EigenFloat> && unet::Backend<Narrow> &&
              unet::Backend<FastNarrow>);

extern template struct app::Compiled<unet::EigenBackend<double, double>, double>;
extern template struct app::Compiled<unet::Cpu<float>, float>;
extern template struct app::Compiled<unet::Cpu<unet::bf16>, float, unet::bf16>;
extern template struct app::Compiled<unet::EigenBackend<float, float>, float>;
extern template struct app::Compiled<unet::EigenBackend<float, unet::bf16>, float, unet::bf16>;
