// The backends of the programs, compiled once for all nets, in backends.cpp.
#pragma once
#include <string>

#include "support/nets/compiled_backend.hpp"

namespace app {

struct CompiledCpu : Compiled<unet::Cpu<float>, float> {
  static constexpr const char* name = "cpu";
  static std::string instruction_set();
};

struct CompiledEigen : Compiled<unet::EigenBackend<float, float>, float> {
  static constexpr const char* name = "eigen";
};

extern template struct Compiled<unet::Cpu<float>, float>;
extern template struct Compiled<unet::EigenBackend<float, float>, float>;

}  // namespace app
