// Splitting work over threads without letting their number change a single bit of the result.
#pragma once
#ifdef _OPENMP
#include <omp.h>
#endif

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>

#include "unet/core/shape.hpp"

namespace unet {

namespace detail {

/// What tasks throw, until all have run: an exception that leaves a parallel region ends the process.
class TaskErrors {
 public:
  /// To be called where the task's exception has been caught; by any number of threads.
  void keep(Index task) noexcept {
    const std::lock_guard guard(lock_);
    if (first_ && task_ < task) return;
    first_ = std::current_exception();
    task_ = task;
  }
  void rethrow() const {
    if (first_) std::rethrow_exception(first_);
  }

 private:
  std::mutex lock_;
  std::exception_ptr first_;  ///< of the lowest task, so that it does not depend on the number of threads
  Index task_ = 0;
};

/// Tasks 0 .. tasks - 1, shared out among threads: each begins with a range of its own, and who is done helps the others.
/// Tasks side by side mostly work on memory side by side; so a thread finds in its caches what it left there an operation before.
/// (Handing out one task after the other, a step of training took a tenth longer where cores do not share a cache.)
class TaskRanges {
 public:
  TaskRanges(Index tasks, int threads) : tasks_(tasks), threads_(threads), count_(std::min(threads, most)) {
    for (int r = 0; r < count_; ++r) ranges_[r].next = begin(r);
  }

  /// What thread number `thread` has to do.
  template <class Task>
  void work(int thread, const Task& task) {
    const int own = static_cast<int>(Index{thread} * count_ / threads_);
    for (int k = 0; k < count_; ++k) {
      const int r = (own + k) % count_;
      for (Index i; (i = ranges_[r].next.fetch_add(1, std::memory_order_relaxed)) < begin(r + 1);) task(i);
    }
  }

 private:
  static constexpr int most = 64;
  /// A cache line each, so that threads do not wait for each other's.
  struct alignas(64) Range {
    std::atomic<Index> next;
  };

  Index begin(int range) const { return tasks_ * range / count_; }

  Index tasks_;
  int threads_, count_;
  Range ranges_[most];
};

}  // namespace detail

/// The most threads that parallel_for uses, whatever OMP_NUM_THREADS or set_thread_count() say: four for each processor, and 64
/// at least. Tens of thousands, which are more than a system starts, end the process or never begin to work.
inline int most_threads() {
#ifdef _OPENMP
  static const int most = std::max(64, 4 * omp_get_num_procs());
  return most;
#else
  return 1;
#endif
}

/// Number of threads that parallel_for uses. Without OpenMP it is 1.
inline int thread_count() {
#ifdef _OPENMP
  return std::min(omp_get_max_threads(), most_threads());
#else
  return 1;
#endif
}

/// For parallel regions of the calling thread from now on; more than most_threads() counts as that.
inline void set_thread_count([[maybe_unused]] int threads) {
#ifdef _OPENMP
  omp_set_num_threads(threads);
#endif
}

/// Calls task(i) once for each i in [0, tasks), each by one thread, in any order. Results do not depend on the number of
/// threads as long as what task i computes depends on i alone: cut work into tiles by shape, never by thread count.
/// When tasks throw, the others run nevertheless, and the exception of the lowest i is passed on. A task may use Eigen's
/// products: inside of a parallel region, even of one task, Eigen takes one thread for each, whereas outside it would split
/// a product by the number of threads and so change its bits.
///
/// A process that has been here must not fork and go on in the child: OpenMP's threads are not there, and it would wait for them
/// for ever. Fork before, or exec in the child.
template <class Task>
void parallel_for(Index tasks, const Task& task) {
  detail::TaskErrors errors;
  const auto run = [&](Index i) {
    try {
      task(i);
    } catch (...) {
      errors.keep(i);
    }
  };
#ifdef _OPENMP
  // Always as many, also for fewer tasks: OpenMP would end threads and start them again.
  const int threads = thread_count();
  detail::TaskRanges ranges(tasks, threads);
#pragma omp parallel num_threads(threads)
  ranges.work(omp_get_thread_num(), run);
#else
  for (Index i = 0; i < tasks; ++i) run(i);
#endif
  errors.rethrow();
}

}  // namespace unet
