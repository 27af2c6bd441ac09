// Runs a kernel in the instruction set of the machine. A kernel is a struct with an always-inlined `run<Lanes>(arguments)`;
// it is written once and compiled for each instruction set, because it is inlined into one of the entries below.
#pragma once
#include "unet/backends/cpu/isa/isa.hpp"

#define UNET_INLINE [[gnu::always_inline]] inline

namespace unet::cpu {

/// Properties of an instruction set: floats in a register, and how many pixels of two registers each a product keeps in
/// registers at a time.
struct Portable {
  static constexpr int width = 4, rows = 6;
};
struct Avx2 {
  static constexpr int width = 8, rows = 6;
};
struct Avx512 {
  static constexpr int width = 16, rows = 12;
};

template <class Kernel, class... Args>
void enter_portable(const Args&... args) {
  Kernel::template run<Portable>(args...);
}

#if defined(__x86_64__)
template <class Kernel, class... Args>
[[gnu::target("avx2,fma")]] void enter_avx2(const Args&... args) {
  Kernel::template run<Avx2>(args...);
}
template <class Kernel, class... Args>
[[gnu::target("avx512f,avx512bw,avx512dq,avx512vl,avx2,fma")]] void enter_avx512(const Args&... args) {
  Kernel::template run<Avx512>(args...);
}
#endif

template <class Kernel, class... Args>
void dispatch(const Args&... args) {
#if defined(__x86_64__)
  switch (current_isa().load(std::memory_order_relaxed)) {
    case Isa::avx512:
      return enter_avx512<Kernel>(args...);
    case Isa::avx2:
      return enter_avx2<Kernel>(args...);
    case Isa::portable:
      break;
  }
#endif
  enter_portable<Kernel>(args...);
}

/// Floats in a register of the current instruction set.
inline int current_width() {
  switch (current_isa().load(std::memory_order_relaxed)) {
    case Isa::avx512:
      return Avx512::width;
    case Isa::avx2:
      return Avx2::width;
    case Isa::portable:
      break;
  }
  return Portable::width;
}

}  // namespace unet::cpu
