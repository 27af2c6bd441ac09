// How a block's threads wait for each other.
#pragma once
#include "block.hpp"

namespace simt::detail {

inline void Block::barrier(Where where) {
  if (waiting_ == 0)
    barrier_ = where;
  else if (!same(barrier_, where))
    throw Fault("divergent __syncthreads at " + to_string(where) + ": " + waiting_threads());
  ++waiting_;
  current_->state = State::at_barrier;
  release_barrier();
  if (current_->state == State::at_barrier) wait(State::at_barrier, "__syncthreads", where);
}

inline void Block::release_barrier() {
  if (waiting_ == 0 || waiting_ < live_) return;
  for (Thread& thread : threads_)
    if (thread.state == State::at_barrier) thread.state = State::ready;
  waiting_ = 0;
  shared.barrier();
  ++counters.barriers;
}

template <class Arguments, class Run>
void Block::collective(const char* what, unsigned mask, Arguments& mine, Where where, const Run& run) {
  Warp& warp = this->warp();
  const unsigned bit = 1u << lane();
  const auto fault = [&](const char* why) { throw Fault(std::string(what) + " at " + to_string(where) + ": " + why); };
  if ((mask & bit) == 0) fault("the caller is not in its mask");
  if ((mask & warp.exited) != 0) fault("a lane of the mask has exited");
  Meeting& meeting = warp.meetings[std::countr_zero(mask)];
  if (meeting.arrived == 0)
    meeting = {mask, 0, what, where};
  else if (meeting.mask != mask || !same(meeting.what, what) || !same(meeting.where, where))
    fault(("divergent: other lanes wait in " + std::string(meeting.what) + " at " + to_string(meeting.where)).c_str());
  meeting.arrived |= bit;
  warp.arguments[lane()] = &mine;
  if (meeting.arrived != mask) {
    warp.waiting |= bit;
    return wait(State::in_collective, what, where);
  }
  const int first = current_->rank / 32 * 32;
  Arguments* all[32];
  for (int i = 0; i < 32; ++i) {
    const bool in_mask = (mask >> i & 1) != 0;
    all[i] = in_mask ? static_cast<Arguments*>(warp.arguments[i]) : nullptr;
    if (in_mask) thread(first + i).state = State::ready;
  }
  warp.waiting &= ~mask;
  meeting.arrived = 0;
  run(all);
}

/// Where threads wait, each place once.
inline std::string Block::waiting_threads() const {
  std::string text;
  const Thread* last = nullptr;
  for (const Thread& thread : threads_) {
    if (thread.state != State::at_barrier && thread.state != State::in_collective) continue;
    if (last && same(last->waits_in, thread.waits_in) && same(last->where, thread.where)) continue;
    text += (last ? "; thread " : "thread ") + to_string(thread.index) + " waits in " + thread.waits_in + " at " +
            to_string(thread.where);
    last = &thread;
  }
  return text;
}

}  // namespace simt::detail
