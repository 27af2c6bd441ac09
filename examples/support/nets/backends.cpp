#include "support/nets/backends.hpp"

#include "support/nets/compiled_backend_of.hpp"
#include "unet/backends/cpu/cpu.hpp"

// For those who include compiled_cpu.hpp.
template struct unet::Cpu<float>;
template struct unet::Cpu<unet::bf16>;

namespace app {

template struct Compiled<unet::Cpu<float>, float>;
template struct Compiled<unet::Cpu<unet::bf16>, float, unet::bf16>;
template struct Compiled<unet::EigenBackend<float>, float>;

std::string CompiledCpu::instruction_set() { return unet::Cpu<float>::instruction_set(); }
std::string CompiledCpuBf16::instruction_set() { return unet::Cpu<unet::bf16>::instruction_set(); }

template <class B, class C>
constexpr bool aligned_alike() {
  for (const auto operation :
       {unet::Operation::conv3x3, unet::Operation::conv1x1, unet::Operation::up_conv, unet::Operation::max_pool})
    if (B::pixel_alignment(operation) != C::pixel_alignment(operation)) return false;
  return true;
}
static_assert(aligned_alike<unet::Cpu<float>, CompiledCpu>() &&
              aligned_alike<unet::Cpu<unet::bf16>, CompiledCpuBf16>() &&
              aligned_alike<unet::EigenBackend<float>, CompiledEigen>());
static_assert(unet::Cpu<float>::name == std::string_view(CompiledCpu::name) &&
              unet::Cpu<unet::bf16>::name == std::string_view(CompiledCpuBf16::name) &&
              unet::EigenBackend<float>::name == std::string_view(CompiledEigen::name));

}  // namespace app
