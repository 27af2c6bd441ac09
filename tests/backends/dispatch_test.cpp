// Which version of a kernel runs: the best that its own list and the machine have.
#include "unet/backends/cpu/isa/dispatch.hpp"

#include <doctest/doctest.h>

namespace dispatch_test {

using namespace unet::cpu;

namespace {

Isa entered;

/// On compiler vector types: for every instruction set.
struct Everywhere {
  template <class Set>
  UNET_INLINE static void run() {
    entered = Set::isa;
  }
};

#if defined(__x86_64__)
/// Not worth it beyond AVX2.
struct NoAvx512 {
  using isas = IsaList<Avx2, Portable>;
  template <class Set>
  UNET_INLINE static void run() {
    entered = Set::isa;
  }
};
/// For plain machines and the best ones.
struct NoAvx2 {
  using isas = IsaList<Avx512, Portable>;
  template <class Set>
  UNET_INLINE static void run() {
    entered = Set::isa;
  }
};
#endif

/// The instruction set in use, set back at the end of the scope.
class IsaInUse {
 public:
  explicit IsaInUse(Isa isa) : before_(current_isa()) { current_isa() = isa; }
  IsaInUse(const IsaInUse&) = delete;
  IsaInUse& operator=(const IsaInUse&) = delete;
  ~IsaInUse() { current_isa() = before_; }

 private:
  Isa before_;
};

template <class Kernel>
Isa entered_by() {
  dispatch<Kernel>();
  return entered;
}

}  // namespace

TEST_CASE("a kernel runs in the instruction set in use") {
  for (const Isa isa : {Isa::portable, Isa::avx2, Isa::avx512, Isa::avx512vnni, Isa::avx512bf16}) {
    if (!isa_supported(isa)) continue;
    const IsaInUse in_use(isa);
    CHECK(entered_by<Everywhere>() == std::min(isa, Isa::avx512));  // what is beyond is for few kernels
    CHECK(current_width() == (isa >= Isa::avx512 ? 16 : isa == Isa::avx2 ? 8 : 4));
  }
}

#if defined(__x86_64__)
TEST_CASE("a kernel with a list of its own runs in the best one of it") {
  for (const Isa isa : {Isa::portable, Isa::avx2, Isa::avx512, Isa::avx512vnni, Isa::avx512bf16}) {
    if (!isa_supported(isa)) continue;
    const IsaInUse in_use(isa);
    CHECK(entered_by<NoAvx512>() == std::min(isa, Isa::avx2));
    CHECK(entered_by<NoAvx2>() == (isa >= Isa::avx512 ? Isa::avx512 : Isa::portable));
  }
}
#endif

}  // namespace dispatch_test
