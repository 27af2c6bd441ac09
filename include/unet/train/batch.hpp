// Batches in host memory, the next one being read while the last one is computed.
#pragma once
#include <algorithm>
#include <future>
#include <span>

#include "unet/data/sample_set.hpp"

namespace unet {

/// Images N x H x W x C and targets N x H x W x 1.
struct Batch {
  HostTensor<float> images, targets;
};

/// Reads the samples of the given numbers.
template <SampleSet S>
Batch load_batch(const S& set, std::span<const Index> numbers) {
  const Shape one = set.shape();
  const auto n = static_cast<Index>(numbers.size());
  Batch batch{HostTensor<float>({n, one.h, one.w, one.c}), HostTensor<float>({n, one.h, one.w, 1})};
  for (Index i = 0; i < n; ++i)
    set.load(numbers[static_cast<std::size_t>(i)], batch.images.view().images(i, 1), batch.targets.view().images(i, 1));
  return batch;
}

/// Goes through `order` in batches of `size`, from sample `first` on; the last batch may be smaller. One batch is read ahead
/// in a thread of its own. An error while reading is thrown by next().
template <SampleSet S>
class BatchReader {
 public:
  BatchReader(const S& set, std::span<const Index> order, Index size, Index first = 0)
      : set_(set), order_(order), size_(size), next_(first) {
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
    pending_ = std::async(std::launch::async, [this, numbers] { return load_batch(set_, numbers); });
  }

  const S& set_;
  std::span<const Index> order_;
  Index size_, next_;
  std::future<Batch> pending_;  // last: its destructor waits for the thread while the rest still lives
};

}  // namespace unet
