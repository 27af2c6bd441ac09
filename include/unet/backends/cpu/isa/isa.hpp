// Which instructions the kernels may use: chosen once, when the program runs, so it does not matter for which processor it
// was compiled.
#pragma once
#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <iterator>
#include <string>

#include "unet/backends/cpu/isa/amx_permission.hpp"
#include "unet/core/error.hpp"

namespace unet::cpu {

/// From least to most demanding: a machine that can run one can run those before it. A new one is a line here and in
/// isa_names and isa_supported, and a struct with its target in sets.hpp.
enum class Isa { portable, avx2, avx512, avx512vnni, avx512bf16, amx };
inline constexpr const char* isa_names[] = {"portable", "avx2", "avx512", "avx512vnni", "avx512bf16", "amx"};
/// The last one that is used without being asked for: AMX has not run on such a processor yet, only its emulation in tests.
inline constexpr Isa best_measured_isa = Isa::avx512bf16;

inline const char* to_string(Isa isa) { return isa_names[static_cast<int>(isa)]; }

/// Whether this machine can run it.
inline bool isa_supported(Isa isa) {
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (isa >= Isa::avx2 && !(__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))) return false;
  if (isa >= Isa::avx512 && !(__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                              __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl")))
    return false;
  if (isa >= Isa::avx512vnni && !__builtin_cpu_supports("avx512vnni")) return false;
  if (isa >= Isa::avx512bf16 && !__builtin_cpu_supports("avx512bf16")) return false;
  if (isa >= Isa::amx && !has_amx()) return false;
  return true;
#else
  return isa == Isa::portable;
#endif
}

/// The best that this machine can run.
inline Isa best_isa() {
  auto isa = static_cast<Isa>(std::size(isa_names) - 1);
  while (isa != Isa::portable && !isa_supported(isa)) isa = static_cast<Isa>(static_cast<int>(isa) - 1);
  return isa;
}

/// The one that environment variable UNET_ISA names (portable, avx2, ...), otherwise the best that has been measured. Throws OptionError for an
/// unknown name and for one that this machine can not run.
inline Isa isa_from_environment() {
  const char* const variable = std::getenv("UNET_ISA");
  const std::string name = variable ? variable : "";
  if (name.empty()) return std::min(best_isa(), best_measured_isa);
  std::string known;
  for (int i = 0; i < static_cast<int>(std::size(isa_names)); ++i) {
    if (name == isa_names[i]) {
      if (!isa_supported(static_cast<Isa>(i)))
        throw OptionError("UNET_ISA=" + name + ": this machine can run at most " + to_string(best_isa()));
      return static_cast<Isa>(i);
    }
    known += (i == 0 ? "" : i + 1 < static_cast<int>(std::size(isa_names)) ? ", " : " or ") + std::string(isa_names[i]);
  }
  throw OptionError("UNET_ISA=" + name + " is unknown; use " + known + ", or unset it");
}

/// What kernels use from now on; read it, or set it to a lower one to test that path, before a model has packed its weights: those of
/// another instruction set may take more memory.
inline std::atomic<Isa>& current_isa() {
  static std::atomic<Isa> isa = isa_from_environment();
  return isa;
}

}  // namespace unet::cpu
