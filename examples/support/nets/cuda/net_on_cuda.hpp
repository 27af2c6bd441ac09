// Nets on a GPU, in programs that have them.
#pragma once
#include "support/nets/compiled_net.hpp"

namespace app {

/// The paper's net or the small one on the CUDA device of that number, counted from 0. Throws OptionError in programs that were
/// built without CUDA, DeviceError when there is no such device or it is too old.
const CompiledNet& net_on_cuda(bool paper, bool narrow, int device);

}  // namespace app
