#include "support/nets/backends.hpp"

#include "support/nets/compiled_backend_of.hpp"
#include "unet/backends/cpu/cpu.hpp"

namespace app {

template struct Compiled<unet::Cpu<float>, float>;
template struct Compiled<unet::EigenBackend<float>, float>;

std::string CompiledCpu::instruction_set() { return unet::Cpu<float>::instruction_set(); }

// CompiledCpu and CompiledEigen say that rectangles may begin and end anywhere.
static_assert(unet::Cpu<float>::pixel_alignment(unet::Operation::conv3x3) == 1 &&
              unet::EigenBackend<float>::pixel_alignment(unet::Operation::conv3x3) == 1);
static_assert(unet::Cpu<float>::name == std::string_view(CompiledCpu::name) &&
              unet::EigenBackend<float>::name == std::string_view(CompiledEigen::name));

}  // namespace app
