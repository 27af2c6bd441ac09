// Batches in host memory.
#pragma once
#include <algorithm>
#include <atomic>
#include <exception>
#include <optional>
#include <span>
#include <thread>
#include <vector>

#include "unet/core/parallel.hpp"
#include "unet/data/sample_set.hpp"

namespace unet {

/// Images N x H x W x C and targets N x H x W x 1.
struct Batch {
  HostTensor<float> images, targets;
};

namespace detail {

/// Calls task(i) once for each i in [0, tasks), shared among up to `threads` threads. What tasks throw is thrown here: of
/// several exceptions the one of the first task, whatever the number of threads. No further task is begun after one.
/// These are threads of their own, for OpenMP's belong to the thread that computes.
template <class Task>
void share_tasks(Index tasks, int threads, const Task& task) {
  std::vector<std::exception_ptr> problems(static_cast<std::size_t>(tasks));
  std::atomic<Index> next = 0;
  std::atomic<bool> failed = false;
  const auto work = [&] {
    // Tasks are begun in order, so that all before one that fails are begun, too, and the first failure is found.
    for (Index i; !failed && (i = next++) < tasks;) {
      try {
        task(i);
      } catch (...) {
        problems[static_cast<std::size_t>(i)] = std::current_exception();
        failed = true;
      }
    }
  };
  {
    std::vector<std::jthread> others;
    for (Index i = 1; i < std::min<Index>(threads, tasks); ++i) others.emplace_back(work);
    work();
  }
  for (const std::exception_ptr& problem : problems)
    if (problem) std::rethrow_exception(problem);
}

}  // namespace detail

/// Reads the samples of the given numbers, several at a time, into images (N x H x W x C) and targets (N x H x W x 1); with
/// `draw` their variants, of a set that has such. What `load` throws is thrown: the problem of the first sample that has one.
template <SampleSet S>
void load_batch(const S& set, std::span<const Index> numbers, const std::optional<Draw>& draw, int threads,
                View<float> images, View<float> targets) {
  detail::share_tasks(static_cast<Index>(numbers.size()), threads, [&](Index i) {
    load_sample(set, numbers[static_cast<std::size_t>(i)], draw ? &*draw : nullptr, images.images(i, 1),
                targets.images(i, 1));
  });
}
template <SampleSet S>
Batch load_batch(const S& set, std::span<const Index> numbers, const std::optional<Draw>& draw = {},
                 int threads = thread_count()) {
  const Shape one = set.shape();
  const auto n = static_cast<Index>(numbers.size());
  Batch batch{HostTensor<float>({n, one.h, one.w, one.c}), HostTensor<float>({n, one.h, one.w, 1})};
  load_batch(set, numbers, draw, threads, batch.images.view(), batch.targets.view());
  return batch;
}

}  // namespace unet
