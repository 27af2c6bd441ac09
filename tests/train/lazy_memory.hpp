// Memory of a device that puts work off for as long as it may: what is issued happens when somebody waits for it.
#pragma once
#include <cstring>
#include <deque>
#include <functional>
#include <new>
#include <set>

#include "unet/backends/contract/memory.hpp"

/// Only the memory group of the contract. A copy reads its source when it happens, so a source that is changed too early, or
/// a read without waiting, gives wrong numbers. Not thread safe: all is to be issued by one thread.
struct LazyMemory {
  using Storage = float;
  using Scalar = double;
  using Index = unet::Index;
  static constexpr const char* name = "lazy";
  static constexpr bool host_memory = false;

  class Context {
   public:
    Context() { all().insert(this); }
    Context(const Context&) = delete;
    Context& operator=(const Context&) = delete;
    ~Context() {
      reach(issued_);
      all().erase(this);
    }

    void issue(std::function<void()> work) {
      work_.push_back(std::move(work));
      ++issued_;
    }
    /// Does what was issued until `number` had been.
    void reach(Index number) {
      while (issued_ - static_cast<Index>(work_.size()) < number) {
        const auto next = std::move(work_.front());
        work_.pop_front();
        next();
      }
    }
    Index issued() const { return issued_; }
    static std::set<Context*>& all() {
      static std::set<Context*> contexts;
      return contexts;
    }

   private:
    std::deque<std::function<void()>> work_;
    Index issued_ = 0;
  };
  struct Event {
    Context* context;
    Index number;
  };

  static void* allocate(Index bytes) { return ::operator new (static_cast<std::size_t>(bytes), std::align_val_t{64}); }
  static void deallocate(void* memory) {
    if (!memory) return;
    for (Context* context : Context::all()) context->reach(context->issued());
    ::operator delete (memory, std::align_val_t{64});
  }
  static void* allocate_host(Index bytes) { return allocate(bytes); }
  static void deallocate_host(void* memory) { ::operator delete (memory, std::align_val_t{64}); }

  static void copy_to_host(Context& context, const void* from, void* to, Index bytes) {
    context.reach(context.issued());
    std::memcpy(to, from, static_cast<std::size_t>(bytes));
  }
  static void copy_to_backend(Context& context, const void* from, void* to, Index bytes) {
    context.reach(context.issued());
    std::memcpy(to, from, static_cast<std::size_t>(bytes));
  }
  static void copy_to_backend_async(Context& context, const void* from, void* to, Index bytes) {
    copy(context, from, to, bytes);
  }
  static void copy(Context& context, const void* from, void* to, Index bytes) {
    context.issue([=] { std::memcpy(to, from, static_cast<std::size_t>(bytes)); });
  }
  template <class Value>
  static void fill(Context& context, Value* data, Index elements, Value value) {
    context.issue([=] { std::fill_n(data, elements, value); });
  }
  static Event record(Context& context) { return {&context, context.issued()}; }
  static void wait(Event event) {
    if (Context::all().contains(event.context)) event.context->reach(event.number);
  }
  static void wait(Context& context, Event event) {
    context.issue([event] { wait(event); });
  }
};

static_assert(unet::BackendMemory<LazyMemory>);
