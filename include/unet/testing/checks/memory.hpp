// Allocation, fill, copies, and the order of contexts.
#pragma once
#include <cstdint>

#include "unet/testing/checker.hpp"

namespace unet::testing {

template <class B>
void check_allocation(Checker& checker) {
  B::deallocate(nullptr);
  B::deallocate_host(nullptr);
  for (const Index bytes : {1, 64, 100, 4096}) {
    void* const memory = B::allocate(bytes);
    checker.about(std::string(B::name) + ", " + std::to_string(bytes) + " bytes");
    checker.holds(reinterpret_cast<std::uintptr_t>(memory) % 64 == 0, [] { return "not aligned to 64 bytes"; });
    B::deallocate(memory);
  }
}

/// fill and copy, of ranges amid others.
template <class B>
void check_fill_and_copy(Checker& checker) {
  using S = typename B::Scalar;
  Draw draw(Random(2, Purpose::test));
  for (const Index size : {1, 3, 64, 1000, 70000}) {
    const Values values = draw_values(draw, size);
    Stage<B> stage(layout(static_cast<int>(size)));
    S* const filled = stage.output("filled", size);
    S* const copied = stage.output("copied", size);
    B::fill(stage.context, filled, size, static_cast<S>(-2.5));
    B::copy(stage.context, stage.input(values), copied, size * Index{sizeof(S)});
    const Outputs outputs = stage.finish();
    checker.about(std::string(B::name) + ", " + std::to_string(size) + " values");
    checker.untouched(outputs);
    checker.holds(outputs[0].values == Values(values.size(), -2.5), [] { return "fill: other values"; });
    checker.holds(same_bits(outputs[1].values, values), [] { return "copy: other values"; });
  }
}

/// Copies from pinned memory, and from memory that is written to at once afterwards; one context behind another's event.
template <class B>
void check_order(Checker& checker) {
  using S = typename B::Scalar;
  constexpr Index size = 1000, bytes = size * Index{sizeof(S)};
  typename B::Context first, second;
  Buffer<B> x(size), y(size);
  S* const pinned = static_cast<S*>(B::allocate_host(bytes));
  std::vector<S> host(static_cast<std::size_t>(size), S(3));
  std::fill_n(pinned, size, S(2));
  B::copy_to_backend_async(first, pinned, x.data(), bytes);
  const auto copied = B::record(first);
  B::copy_to_backend(first, host.data(), y.data(), bytes);
  std::fill(host.begin(), host.end(), S(4));
  B::wait(copied);
  std::fill_n(pinned, size, S(5));
  checker.about(B::name);
  checker.holds(x.to_host(first) == std::vector<S>(static_cast<std::size_t>(size), S(2)),
                [] { return "copy_to_backend_async: other values, though its event had passed"; });
  checker.holds(y.to_host(first) == std::vector<S>(static_cast<std::size_t>(size), S(3)),
                [] { return "copy_to_backend read host memory after it had returned"; });
  B::fill(first, x.data(), size, S(6));
  B::wait(second, B::record(first));
  B::copy(second, x.data(), y.data(), bytes);
  checker.holds(y.to_host(second) == std::vector<S>(static_cast<std::size_t>(size), S(6)),
                [] { return "a context did not wait for another's event"; });
  B::deallocate_host(pinned);
}

}  // namespace unet::testing
