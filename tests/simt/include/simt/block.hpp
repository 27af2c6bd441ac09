// Runs the threads of a block, each until it meets others, and lets those meet: barriers and collectives of a warp.
#pragma once
#include <algorithm>
#include <bit>
#include <cstring>
#include <exception>
#include <functional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "fault.hpp"
#include "fiber.hpp"
#include "settings.hpp"
#include "shared_memory.hpp"
#include "thread.hpp"

namespace simt::detail {

// What kernels see as threadIdx, blockIdx, blockDim and gridDim.
inline uint3 thread_index, block_index;
inline dim3 block_size, grid_size;

class Block {
 public:
  SharedMemory shared;

  /// Blocks of one launch follow, of the size block_size; each thread runs body().
  void start_launch(int shared_bytes, const std::function<void()>& body) {
    body_ = &body;
    shared.resize(shared_bytes);
    const unsigned count = block_size.x * block_size.y * block_size.z;
    threads_.resize(count);
    warps_.resize((count + 31) / 32);
    order_.resize(count);
    for (unsigned i = 0; i < count; ++i) {
      threads_[i].rank = static_cast<int>(i);
      threads_[i].index = {i % block_size.x, i / block_size.x % block_size.y, i / block_size.x / block_size.y};
      order_[i] = schedule == 1 ? count - 1 - i : i;
    }
    random_.seed(schedule + 1);
  }

  /// Runs the block block_index.
  void run() {
    for (Thread& thread : threads_) thread.state = State::not_started;
    for (Warp& warp : warps_) warp.exited = 0;
    if (threads_.size() % 32 != 0) warps_.back().exited = ~0u << threads_.size() % 32;
    if (schedule > 1) std::shuffle(order_.begin(), order_.end(), random_);
    shared.start_block();
    next_ = 0;
    waiting_ = 0;
    live_ = static_cast<int>(threads_.size());
    try {
      run_threads();
    } catch (...) {
      forget();
      throw;
    }
  }

  Thread& current() { return *current_; }
  Warp& warp() { return warps_[static_cast<std::size_t>(current_->rank / 32)]; }
  Thread& thread(int rank) { return threads_[static_cast<std::size_t>(rank)]; }
  int lane() const { return current_->rank % 32; }

  void barrier(Where where);

  /// The lanes of `mask` meet; the last one to come calls run(), with the arguments of each lane, null outside of the mask.
  template <class Arguments, class Run>
  void collective(const char* what, unsigned mask, Arguments& mine, Where where, const Run& run);

 private:
  void run_threads();
  void enter(Thread& thread);
  void wait(State state, const char* in, Where where);
  static void run_on_fiber();
  void run_thread(Thread& thread, Fiber& fiber);
  void finish(Thread& thread);
  void release_barrier();
  std::string waiting_threads() const;

  void forget() {
    fibers_.restart();
    shared.forget();
    warps_.assign(warps_.size(), Warp{});
    for (Thread& thread : threads_) thread.copies.clear();
  }

  const std::function<void()>* body_ = nullptr;
  std::vector<Thread> threads_;
  std::vector<Warp> warps_;
  std::vector<unsigned> order_;
  std::minstd_rand random_;
  std::size_t next_ = 0;  ///< place in order_ of the first thread that has not begun
  int live_ = 0;          ///< threads that are not done
  int waiting_ = 0;       ///< those of them that are at the barrier
  Where barrier_;         ///< the place where they are
  Thread* current_ = nullptr;
  Fiber* fiber_ = nullptr;
  FiberPool fibers_{&run_on_fiber};
  std::exception_ptr error_;
};

/// The block that runs: one at a time, in the whole program. Never destroyed: static objects may still launch work at the end.
inline Block& block() {
  static Block* const running = new Block;
  return *running;
}

}  // namespace simt::detail

#include "block_meet.hpp"
#include "block_run.hpp"
