// Goes through a data set in batches, the next one being read while the last one is computed.
#pragma once
#include <future>

#include "unet/train/batch.hpp"

namespace unet {

/// Goes through `order` in batches of `size`, from sample `first` on; the last batch may be smaller. With `draw` it reads
/// variants, see load_batch. One batch is read ahead in a thread of its own. An error while reading is thrown by next().
/// The set and the order must outlive the reader, which may be moved.
template <SampleSet S>
class BatchReader {
 public:
  BatchReader(const S& set, std::span<const Index> order, Index size, Index first = 0, std::optional<Draw> draw = {})
      : set_(&set), order_(order), size_(size), next_(first), draw_(draw), threads_(thread_count()) {
    read_ahead();
  }

  bool done() const { return !pending_.valid(); }

  Batch next() {
    Batch batch = pending_.get();
    read_ahead();
    return batch;
  }

 private:
  void read_ahead() {
    const Index count = std::min(size_, static_cast<Index>(order_.size()) - next_);
    if (count <= 0) return;
    const auto numbers = order_.subspan(static_cast<std::size_t>(next_), static_cast<std::size_t>(count));
    next_ += count;
    // Nothing of the reader itself is given to the thread: it may be moved meanwhile.
    pending_ = std::async(std::launch::async, [set = set_, numbers, draw = draw_, threads = threads_] {
      return load_batch(*set, numbers, draw, threads);
    });
  }

  const S* set_;
  std::span<const Index> order_;
  Index size_, next_;
  std::optional<Draw> draw_;
  int threads_;  // thread_count() is the calling thread's
  std::future<Batch> pending_;
};

}  // namespace unet
