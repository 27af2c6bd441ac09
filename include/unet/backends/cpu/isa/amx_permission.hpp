// Whether this process may use Advanced Matrix Extensions: the processor must have them, and the system must agree to save 8 KB more
// of registers for each thread.
// Source: Intel SDM, volume 1, chapter 13; Linux, Documentation/arch/x86/xstate.rst.
#pragma once
#if defined(__x86_64__) && defined(__linux__)
#include <cpuid.h>
#include <sys/syscall.h>
#include <unistd.h>
#endif

namespace unet::cpu {

/// Asks for the permission, which holds for the process and its threads from then on.
inline bool has_amx() {
#if defined(__x86_64__) && defined(__linux__) && defined(SYS_arch_prctl)
  constexpr unsigned leaf = 7, bf16 = 1u << 22, tile = 1u << 24,
                     system_saves = 1u << 27;  // of edx, edx and leaf 1's ecx
  constexpr unsigned tile_state = 3u << 17;
  constexpr long request_permission = 0x1023, tile_data = 18;
  unsigned a, b, c, d;
  if (!__get_cpuid(1, &a, &b, &c, &d) || !(c & system_saves)) return false;
  if (!__get_cpuid_count(leaf, 0, &a, &b, &c, &d) || (d & (bf16 | tile)) != (bf16 | tile)) return false;
  unsigned low, high;
  asm volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  if ((low & tile_state) != tile_state) return false;
  static const bool granted = syscall(SYS_arch_prctl, request_permission, tile_data) == 0;
  return granted;
#else
  return false;
#endif
}

}  // namespace unet::cpu
