// Memory that runs out at the n-th allocation, and a count of what is allocated: failing_new.cpp replaces operator new.
#pragma once
#include <doctest/doctest.h>

#include <chrono>
#include <exception>
#include <new>
#include <thread>

#include "unet/core/parallel.hpp"

/// Allocations by operator new that are not freed yet, of all threads.
long live_allocations();

/// From now on the n-th allocation (from 1 on) of any thread throws std::bad_alloc, and all that come after it if so wished.
/// 0: none.
void fail_allocation(long n, bool and_all_after_it = false);
/// Whether one has failed since.
bool allocation_failed();
/// Failed allocations since that were asked for inside of a parallel region.
long allocations_failed_in_parallel();

/// Whether the threads that the OpenMP runtime adds to one of ours end with it. LLVM's, which clang links, keeps them, with what
/// their kernels have kept, for the next thread that wants some: allocations are counted for one thread alone there, and
/// LeakSanitizer watches the rest.
#ifdef __clang__
inline constexpr bool helpers_end = false;
#else
inline constexpr bool helpers_end = true;
#endif

/// Waits for threads that still end, and with them what they kept.
inline void wait_for_live_allocations_to_settle() {
  for (int i = 0, same = 0; i < 5000 && same < 50; ++i) {
    const long before = live_allocations();
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
    same = live_allocations() == before ? same + 1 : 0;
  }
}

/// How often an operation failed.
struct OutOfMemory {
  int failures = 0;
  int in_parallel = 0;  ///< of these, inside of a parallel region
};

/// Runs attempt() with memory that is missing at its first allocation, then at its second, until it needs no more: for that one
/// allocation, or `to_the_end` for all that follow it too. Each failure must be std::bad_alloc and leave as many allocations as
/// there were; recover() is called after each, with memory again. Each attempt has a new thread, in which kernels have not kept
/// any memory yet, and `threads` threads in all.
template <class Attempt, class Recover>
OutOfMemory run_out_of_memory(bool to_the_end, int threads, const Attempt& attempt, const Recover& recover) {
  OutOfMemory seen;
  wait_for_live_allocations_to_settle();  // those of an attempt before that did not fail
  for (long n = 1;; ++n) {
    const long before = live_allocations();
    bool thrown = false;
    std::exception_ptr other;
    std::thread([&] {
      unet::set_thread_count(threads);
      fail_allocation(n, to_the_end);
      try {
        attempt();
      } catch (const std::bad_alloc&) {
        thrown = true;
      } catch (...) {
        other = std::current_exception();
      }
      fail_allocation(0);
    }).join();
    const bool failed = allocation_failed();
    const bool countable = threads == 1 || helpers_end;
    // The threads beside it end a little later, and with them what they kept.
    for (int i = 0; failed && countable && i < 5000 && live_allocations() != before; ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    const long live = live_allocations();  // counted before doctest takes some
    CAPTURE(n);
    CAPTURE(to_the_end);
    if (other) std::rethrow_exception(other);
    REQUIRE(thrown == failed);
    if (!failed) return seen;
    if (countable) REQUIRE(live == before);
    ++seen.failures;
    seen.in_parallel += allocations_failed_in_parallel() > 0;
    recover();
  }
}
