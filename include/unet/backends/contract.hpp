// The operations of a backend: their names, shapes and contracts, in groups, each a file of contract/. A backend that lacks
// one is an error that names the group.
//
// A backend is a policy type whose members are static. Pointers and views that it is given point to memory from its own
// allocate(), which the host need not be able to read; host memory passes only through the copies. Every operation is issued
// to a Context, those of one context happen in order, and copy_to_host waits for all that came before it.
//
// It says
//   Storage   what feature maps and their gradients are stored in, such as float or bf16
//   Scalar    what parameters, their gradients, statistics, targets and reports of inference are kept in
//   Context, Event
//
// Weights are row-major [kernel height][kernel width][in][out]. `x` is always an Input (one or two maps with pending
// normalisation), `y` what is computed, `dy`/`dz` the gradient with respect to the output / the pre-activation. Views are
// strided; an output may be a window of a larger map.
#pragma once
#include "unet/backends/contract/backward.hpp"
#include "unet/backends/contract/forward.hpp"
#include "unet/backends/contract/loss.hpp"
#include "unet/backends/contract/memory.hpp"
#include "unet/backends/contract/optimiser.hpp"

namespace unet {

/// All that a Model needs.
template <class B>
concept InferenceBackend = BackendMemory<B> && ForwardOperations<B>;

/// All that a Trainer needs.
template <class B>
concept Backend = InferenceBackend<B> && BackwardOperations<B> && LossOperations<B> && OptimiserOperations<B>;

}  // namespace unet
