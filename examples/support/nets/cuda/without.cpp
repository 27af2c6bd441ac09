// Programs that were built without CUDA.
#include "support/nets/cuda/net_on_cuda.hpp"
#include "unet/core/error.hpp"

const app::CompiledNet& app::net_on_cuda(bool, bool, int) {
  throw unet::OptionError(
      "this program was built without CUDA; use --backend cpu. To get one with it: install the CUDA toolkit 12.4 or "
      "newer and "
      "build with -DUNET_CUDA=ON, which cmake/quickstart.sh does where it finds nvcc and a GPU");
}
