// The backends that most tests run on, compiled once (compiled_backends.cpp) instead of in each test.
#pragma once
#include "support/nets/compiled_backend.hpp"

namespace unet {
template <class S, class T>
struct EigenBackend;
template <class T>
struct Cpu;
}  // namespace unet

/// For tight tolerances.
using Double = app::Compiled<unet::EigenBackend<double, double>, double>;
/// The backend that programs use by default.
using Float = app::Compiled<unet::Cpu<float>, float>;

static_assert(unet::Backend<Double> && unet::Backend<Float>);
