#include "support/nets/cuda/net_on_cuda.hpp"

#include "support/nets/nets.hpp"
#include "unet/backends/cuda/runtime/device.hpp"

const app::CompiledNet& app::net_on_cuda(bool paper, bool narrow, int device) {
  unet::cuda::use_device(device);
  if (narrow) return paper ? paper_on_cuda_bf16() : small_on_cuda_bf16();
  return paper ? paper_on_cuda() : small_on_cuda();
}
