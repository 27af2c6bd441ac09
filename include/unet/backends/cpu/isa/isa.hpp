// Which instructions the kernels may use: chosen once, when the program runs, so it does not matter for which processor it
// was compiled.
#pragma once
#include <atomic>
#include <cstdlib>
#include <string>

#include "unet/core/error.hpp"

namespace unet::cpu {

/// From least to most demanding.
enum class Isa { portable, avx2, avx512 };

inline const char* to_string(Isa isa) { return isa == Isa::avx512 ? "avx512" : isa == Isa::avx2 ? "avx2" : "portable"; }

/// The best that this machine can run.
inline Isa best_isa() {
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("fma")) return Isa::portable;
  const bool avx512 = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                      __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
  return avx512 ? Isa::avx512 : Isa::avx2;
#else
  return Isa::portable;
#endif
}

/// The one that environment variable UNET_ISA names (portable, avx2, avx512), otherwise the best. Throws OptionError for an
/// unknown name and for one that this machine can not run.
inline Isa isa_from_environment() {
  const char* const variable = std::getenv("UNET_ISA");
  const std::string name = variable ? variable : "";
  if (name.empty()) return best_isa();
  for (const Isa isa : {Isa::portable, Isa::avx2, Isa::avx512})
    if (name == to_string(isa)) {
      if (isa > best_isa())
        throw OptionError("UNET_ISA=" + name + ": this machine can run at most " + to_string(best_isa()));
      return isa;
    }
  throw OptionError("UNET_ISA=" + name + " is unknown; use portable, avx2 or avx512, or unset it");
}

/// What kernels use from now on; read it, or set it to a lower one to test that path.
inline std::atomic<Isa>& current_isa() {
  static std::atomic<Isa> isa = isa_from_environment();
  return isa;
}

}  // namespace unet::cpu
