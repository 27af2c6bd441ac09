#include "compiled_backends.hpp"

#include "support/nets/compiled_backend_of.hpp"
#include "unet/backends/eigen/eigen_backend.hpp"

template struct app::Compiled<unet::EigenBackend<double>, double>;
template struct app::Compiled<unet::EigenBackend<float, unet::bf16>, float, unet::bf16>;
