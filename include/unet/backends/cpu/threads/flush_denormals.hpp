// Numbers below float's normal range taken as 0, for speed.
#pragma once

namespace unet::cpu {

/// While it lives, this thread's vector units take denormal numbers (below 1.2e-38) as 0, and give 0 in their place. Processors of
/// x86 otherwise stop for each of them: a convolution of denormal values took 67 times as long as one of others (Intel, family 6
/// model 207). Elsewhere nothing happens.
class FlushDenormals {
 public:
#if defined(__x86_64__)
  FlushDenormals() : before_(__builtin_ia32_stmxcsr()) {
    __builtin_ia32_ldmxcsr(before_ | flush_to_zero | denormals_are_zero);
  }
  ~FlushDenormals() { __builtin_ia32_ldmxcsr(before_); }
#else
  FlushDenormals() {}
  ~FlushDenormals() {}
#endif
  FlushDenormals(const FlushDenormals&) = delete;
  FlushDenormals& operator=(const FlushDenormals&) = delete;

#if defined(__x86_64__)
 private:
  static constexpr unsigned flush_to_zero = 0x8000, denormals_are_zero = 0x0040;
  unsigned before_;
#endif
};

}  // namespace unet::cpu
