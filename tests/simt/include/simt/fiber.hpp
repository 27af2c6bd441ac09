// Fibers: stacks of their own that one thread of the host switches between. x86-64, System V calling convention.
#pragma once
#include <sys/mman.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <vector>

#include "sanitizer.hpp"

namespace simt::detail {

/// Saves the registers that a call must keep and the stack pointer, and goes on where `resume` was saved.
[[gnu::naked, gnu::noinline]] inline void switch_stack(void** /*save*/, void* /*resume*/) {
  asm("pushq %rbp; pushq %rbx; pushq %r12; pushq %r13; pushq %r14; pushq %r15; movq %rsp, (%rdi); movq %rsi, %rsp;"
      "popq %r15; popq %r14; popq %r13; popq %r12; popq %rbx; popq %rbp; popq %rcx; jmpq *%rcx");
}

/// The stack that fibers are entered from. One for all: only one thread of the host at a time runs them.
struct Outside {
  void* stack_pointer = nullptr;
  const void* stack = nullptr;
  std::size_t bytes = 0;
};
inline Outside outside;

class Fiber {
 public:
  /// main() never returns: it leaves, and is entered again.
  explicit Fiber(void (*main)()) : main_(main) {
    // A page that nobody may touch lies below the stack, so an overflow ends the program.
    void* const memory =
        ::mmap(nullptr, guard + stack_bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (memory == MAP_FAILED) throw std::bad_alloc();
    stack_ = static_cast<char*>(memory) + guard;
    if (::mprotect(stack_, stack_bytes, PROT_READ | PROT_WRITE) != 0) throw std::bad_alloc();
    restart();
  }
  Fiber(const Fiber&) = delete;
  Fiber& operator=(const Fiber&) = delete;
  ~Fiber() { ::munmap(stack_ - guard, guard + stack_bytes); }

  /// Forgets what was left unfinished: the next enter() begins main() anew.
  void restart() {
    unpoison(stack_, stack_bytes);
    auto** frame = reinterpret_cast<void**>(stack_ + stack_bytes - 24);  // a function begins at 8 modulo 16
    *--frame = reinterpret_cast<void*>(main_);
    for (int i = 0; i < 6; ++i) *--frame = nullptr;
    stack_pointer_ = frame;
    fake_stack_ = nullptr;
  }
  void enter() {
    void* fake_stack = nullptr;
    start_switch(&fake_stack, stack_, stack_bytes);
    switch_stack(&outside.stack_pointer, stack_pointer_);
    finish_switch(fake_stack, nullptr, nullptr);
  }
  /// To be called on this fiber: back to where it was entered.
  void leave() {
    start_switch(&fake_stack_, outside.stack, outside.bytes);
    switch_stack(&stack_pointer_, outside.stack_pointer);
    finish_switch(fake_stack_, &outside.stack, &outside.bytes);
  }
  /// The first thing that main() does.
  static void arrived() { finish_switch(nullptr, &outside.stack, &outside.bytes); }

 private:
  static constexpr std::size_t guard = 4096, stack_bytes = (address_sanitizer ? 256 : 64) * std::size_t{1024};

  void (*main_)();
  char* stack_ = nullptr;
  void* stack_pointer_ = nullptr;
  void* fake_stack_ = nullptr;
};

/// Fibers to be used again; the one given back last, whose stack is still in the cache, comes first.
class FiberPool {
 public:
  explicit FiberPool(void (*main)()) : main_(main) {}
  Fiber& take() {
    if (idle_.empty()) {
      all_.push_back(std::make_unique<Fiber>(main_));
      idle_.push_back(all_.back().get());
    }
    Fiber& fiber = *idle_.back();
    idle_.pop_back();
    return fiber;
  }
  void give_back(Fiber& fiber) { idle_.push_back(&fiber); }
  /// Takes all back, as if none had ever run.
  void restart() {
    idle_.clear();
    for (const auto& fiber : all_) {
      fiber->restart();
      idle_.push_back(fiber.get());
    }
  }

 private:
  void (*main_)();
  std::vector<std::unique_ptr<Fiber>> all_;
  std::vector<Fiber*> idle_;
};

}  // namespace simt::detail
