// The instruction sets that kernels are compiled for.
#pragma once
#include "unet/backends/cpu/isa/isa.hpp"

#define UNET_INLINE [[gnu::always_inline]] inline

namespace unet::cpu {

// Each set says which it is, how many floats a register has, and how many pixels of two registers each a product keeps in
// registers at a time. `enter` runs a kernel compiled for it: an always-inlined `Kernel::run<Set>` takes on the target of
// `enter`. (Intrinsics do not work in such a kernel: gcc 12 and clang 14 refuse them inside of a function of a lower target,
// also when it is to be inlined. A kernel made of intrinsics bears the target itself and is not inlined.)

struct Portable {
  static constexpr Isa isa = Isa::portable;
  static constexpr int width = 4, rows = 6;
  template <class Kernel, class... Args>
  static void enter(const Args&... args) {
    Kernel::template run<Portable>(args...);
  }
};

#if defined(__x86_64__)
struct Avx2 {
  static constexpr Isa isa = Isa::avx2;
  static constexpr int width = 8, rows = 6;
  template <class Kernel, class... Args>
  [[gnu::target("avx2,fma")]] static void enter(const Args&... args) {
    Kernel::template run<Avx2>(args...);
  }
};

struct Avx512 {
  static constexpr Isa isa = Isa::avx512;
  static constexpr int width = 16, rows = 12;
  template <class Kernel, class... Args>
  [[gnu::target("avx512f,avx512bw,avx512dq,avx512vl,avx2,fma")]] static void enter(const Args&... args) {
    Kernel::template run<Avx512>(args...);
  }
};

/// For kernels that multiply whole numbers of 16 bits; all others run as in Avx512.
struct Avx512Vnni {
  static constexpr Isa isa = Isa::avx512vnni;
  template <class Kernel, class... Args>
  static void enter(const Args&... args) {
    Kernel::template run<Avx512Vnni>(args...);
  }
};

/// For kernels that store maps of bf16; all others run as in Avx512.
struct Avx512Bf16 {
  static constexpr Isa isa = Isa::avx512bf16;
  static constexpr int width = 16, rows = 12;
  template <class Kernel, class... Args>
  [[gnu::target("avx512bf16,avx512f,avx512bw,avx512dq,avx512vl,avx2,fma")]] static void enter(const Args&... args) {
    Kernel::template run<Avx512Bf16>(args...);
  }
};
#endif

/// Sets in order of preference, the last one for every machine.
template <class... Sets>
struct IsaList {};

/// Those of a kernel on compiler vector types.
#if defined(__x86_64__)
using VectorIsas = IsaList<Avx512, Avx2, Portable>;
#else
using VectorIsas = IsaList<Portable>;
#endif

}  // namespace unet::cpu
