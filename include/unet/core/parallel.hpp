// Splitting work over threads without letting their number change a single bit of the result.
#pragma once
#ifdef _OPENMP
#include <omp.h>
#endif

#include <algorithm>
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
#ifdef _OPENMP
#pragma omp parallel for schedule(dynamic, 1) num_threads(thread_count())
#endif
  for (Index i = 0; i < tasks; ++i) {
    try {
      task(i);
    } catch (...) {
      errors.keep(i);
    }
  }
  errors.rethrow();
}

}  // namespace unet
