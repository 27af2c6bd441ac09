// The backends of the programs, compiled once for all nets, in backends.cpp.
#pragma once
#include <string>

#include "support/nets/compiled_backend.hpp"
#include "unet/core/bf16.hpp"

namespace app {

struct CompiledCpu : Compiled<unet::Cpu<float>, float> {
  static constexpr const char* name = "cpu";
  static std::string instruction_set();
};

/// Feature maps in bf16.
struct CompiledCpuBf16 : Compiled<unet::Cpu<unet::bf16>, float, unet::bf16> {
  static constexpr const char* name = "cpu bf16";
  static std::string instruction_set();
};

struct CompiledEigen : Compiled<unet::EigenBackend<float, float>, float> {
  static constexpr const char* name = "eigen";
};

extern template struct Compiled<unet::Cpu<float>, float>;
extern template struct Compiled<unet::Cpu<unet::bf16>, float, unet::bf16>;
extern template struct Compiled<unet::EigenBackend<float, float>, float>;

}  // namespace app
