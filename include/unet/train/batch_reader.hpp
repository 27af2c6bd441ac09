// Goes through a data set in batches: while one is computed the next is copied to the backend and another one read.
#pragma once
#include <array>
#include <future>
#include <memory>

#include "unet/train/device_batch.hpp"
#include "unet/train/ranks.hpp"

namespace unet {

/// Which samples to read, and in what order.
struct BatchOrder {
  std::span<const Index> samples;  ///< must outlive the reader
  Index size = 1;                  ///< of a batch; the last one may be smaller
  Index first = 0;                 ///< where to start
  std::optional<Draw> draw{};      ///< variants, see load_batch
  RankShare share{};               ///< a rank's part of each batch, which may be empty
};

/// Batches are read in threads of their own; copies are issued by the thread that calls next(), to a context of the reader, so
/// that they happen beside what is computed. An error while reading is thrown by next() when it is that batch's turn. The set
/// must outlive the reader, which may be moved.
template <BackendMemory B, SampleSet S>
class BatchReader {
 public:
  BatchReader(const S& set, const BatchOrder& order) : state_(std::make_unique<State>(set, order)) {
    state_->read_ahead();
  }

  bool done() const { return state_->taken == state_->batches(); }

  /// The next batch, for what is issued to the context until next() is called again.
  DeviceBatch<B>& next(typename B::Context& context) {
    State& state = *state_;
    if (state.taken > 0) state.slot(state.taken - 1).batch.release(context);
    state.upload(state.taken + 1 + State::ahead);
    Slot& slot = state.slot(state.taken++);
    state.read_ahead();
    if (slot.problem) std::rethrow_exception(std::exchange(slot.problem, nullptr));
    slot.batch.await(context);
    return slot.batch;
  }

 private:
  struct Slot {
    DeviceBatch<B> batch;
    std::exception_ptr problem;  ///< with reading
    std::future<void> reading;   ///< last: its destructor waits for the thread
  };

  /// Batches are numbered; taken <= uploaded <= begun. The one that was taken last is in use.
  struct State {
    /// How many batches are on their way to the backend while one is in use: none where there is no way to go.
    static constexpr Index ahead = B::host_memory ? 0 : 1;
    static constexpr Index size = 2 + ahead;  // one in use, those, and one that is being read

    State(const S& from, const BatchOrder& in_order) : set(&from), order(in_order), threads(thread_count()) {}
    State(const State&) = delete;
    State& operator=(const State&) = delete;
    ~State() {
      for (Slot& slot : slots) {
        if (slot.reading.valid()) slot.reading.wait();
        slot.batch.wait();
      }
    }

    Index left() const { return std::max<Index>(0, static_cast<Index>(order.samples.size()) - order.first); }
    Index batches() const { return (left() + order.size - 1) / order.size; }
    Slot& slot(Index batch) { return slots[static_cast<std::size_t>(batch % size)]; }

    void read_ahead() {
      for (; begun < std::min(batches(), taken + size - 1); ++begun) {
        const Index first = begun * order.size, count = std::min(order.size, left() - first);
        const Index begin = order.share.begin(count), end = order.share.end(count);
        const auto numbers = order.samples.subspan(static_cast<std::size_t>(order.first + first + begin),
                                                   static_cast<std::size_t>(end - begin));
        Slot& next = slot(begun);
        next.batch.wait();
        next.reading = std::async(std::launch::async,
                                  [this, &next, numbers] { next.batch.read(*set, numbers, order.draw, threads); });
      }
    }
    /// Batches before number `end`, which have been read or are waited for.
    void upload(Index end) {
      for (; uploaded < std::min(begun, end); ++uploaded) {
        Slot& next = slot(uploaded);
        try {
          next.reading.get();
          next.batch.upload(copies);
        } catch (...) {
          next.problem = std::current_exception();
        }
      }
    }

    const S* set;
    BatchOrder order;
    int threads;  // thread_count() is the calling thread's
    typename B::Context copies;
    Index taken = 0, uploaded = 0, begun = 0;
    std::array<Slot, static_cast<std::size_t>(size)> slots;
  };

  std::unique_ptr<State> state_;
};

}  // namespace unet
