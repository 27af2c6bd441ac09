// How a block's threads take turns. A thread that waits for nobody needs no fiber of its own: the next one runs on the same.
#pragma once
#include "block.hpp"

namespace simt::detail {

inline void Block::run_threads() {
  while (next_ < order_.size()) {  // until each has come to its end or to a place where it waits
    fiber_ = &fibers_.take();
    enter(threads_[order_[next_]]);
  }
  while (live_ > 0) {
    bool any = false;
    for (const unsigned i : order_)
      if (Thread& thread = threads_[i]; thread.state == State::ready) {
        any = true;
        fiber_ = thread.fiber;
        enter(thread);
      }
    if (!any) throw Fault("block " + to_string(block_index) + ": deadlock: " + waiting_threads());
  }
}

inline void Block::enter(Thread& thread) {
  current_ = &thread;
  thread_index = thread.index;
  fiber_->enter();
  if (error_) std::rethrow_exception(std::exchange(error_, nullptr));
}

/// What each fiber does: runs threads that have not begun, one after the other, until one waits. When that one is done, the
/// fiber is free.
inline void Block::run_on_fiber() {
  Fiber::arrived();
  Block& block = simt::detail::block();
  for (;;) {
    Fiber& mine = *block.fiber_;
    while (block.next_ < block.order_.size() && !block.error_)
      block.run_thread(block.threads_[block.order_[block.next_++]], mine);
    block.fibers_.give_back(mine);
    mine.leave();
  }
}

inline void Block::run_thread(Thread& thread, Fiber& fiber) {
  current_ = &thread;
  thread_index = thread.index;
  thread.fiber = &fiber;
  try {
    (*body_)();
    finish(thread);
  } catch (const Fault& fault) {
    error_ = std::make_exception_ptr(
        Fault("block " + to_string(block_index) + ", thread " + to_string(thread.index) + ": " + fault.what()));
  } catch (...) {
    error_ = std::current_exception();
  }
  thread.state = State::done;
}

inline void Block::finish(Thread& thread) {
  for (const Copy& copy : thread.copies)
    throw Fault(copy.group == thread.open_group ? "the thread ends with a cp.async that was never committed"
                                                : "the thread ends with a cp.async on its way");
  const unsigned bit = 1u << thread.rank % 32;
  Warp& warp = this->warp();
  if (warp.waiting != 0)
    for (const Meeting& meeting : warp.meetings)
      if (meeting.arrived != 0 && (meeting.mask & bit) != 0)
        throw Fault("the thread ends, and others of its warp wait for it in " + std::string(meeting.what) + " at " +
                    to_string(meeting.where));
  warp.exited |= bit;
  --live_;
  release_barrier();
}

inline void Block::wait(State state, const char* in, Where where) {
  Thread& me = *current_;
  me.state = state;
  me.waits_in = in;
  me.where = where;
  me.fiber->leave();
}

}  // namespace simt::detail
