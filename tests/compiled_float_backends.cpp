// What examples/support/nets/backends.cpp has, for builds without the programs.
#include "compiled_backends.hpp"
#include "support/nets/compiled_backend_of.hpp"
#include "unet/backends/cpu/cpu.hpp"

template struct unet::Cpu<float>;
template struct unet::Cpu<unet::bf16>;
template struct app::Compiled<unet::EigenBackend<float>, float>;
template struct app::Compiled<unet::Cpu<float>, float>;
template struct app::Compiled<unet::Cpu<unet::bf16>, float, unet::bf16>;
