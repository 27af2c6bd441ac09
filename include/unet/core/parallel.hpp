// Splitting work over threads without letting their number change a single bit of the result.
#pragma once
#ifdef _OPENMP
#include <omp.h>
#endif

#include "unet/core/shape.hpp"

namespace unet {

/// Number of threads that parallel_for uses. Without OpenMP it is 1.
inline int thread_count() {
#ifdef _OPENMP
  return omp_get_max_threads();
#else
  return 1;
#endif
}

inline void set_thread_count([[maybe_unused]] int threads) {
#ifdef _OPENMP
  omp_set_num_threads(threads);
#endif
}

/// Calls task(i) once for each i in [0, tasks), each by one thread, in any order. Results do not depend on the number of
/// threads as long as what task i computes depends on i alone: cut work into tiles by shape, never by thread count.
/// The task must not throw. It may use Eigen's products: inside of a parallel region, even of one task, Eigen takes one
/// thread for each, whereas outside it would split a product by the number of threads and so change its bits.
template <class Task>
void parallel_for(Index tasks, const Task& task) {
#ifdef _OPENMP
#pragma omp parallel for schedule(dynamic, 1)
#endif
  for (Index i = 0; i < tasks; ++i) task(i);
}

}  // namespace unet
