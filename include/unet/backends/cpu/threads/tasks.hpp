// What kernels do in parallel.
#pragma once
#include <algorithm>

#include "unet/backends/cpu/isa/isa.hpp"
#include "unet/backends/cpu/threads/flush_denormals.hpp"
#include "unet/core/parallel.hpp"

namespace unet::cpu {

/// As unet::parallel_for, without denormal numbers.
template <class Task>
void parallel_tasks(Index tasks, const Task& task) {
  parallel_for(tasks, [&](Index i) {
    const FlushDenormals flush;
    task(i);
  });
}

/// Groups of whole rows of about 16 thousand values, numbered over all images: tasks for operations that touch each value once
/// or twice.
class RowGroups {
 public:
  explicit RowGroups(Shape map)
      : map_(map),
        rows_(std::clamp<Index>(16384 / std::max<Index>(1, map.w * map.c), 1, std::max<Index>(1, map.h))),
        groups_((map.h + rows_ - 1) / rows_) {}

  Index count() const { return map_.n * groups_; }

  /// Calls row(n, y) for each row of group i.
  template <class Row>
  void each(Index i, const Row& row) const {
    const Index n = i / groups_, first = i % groups_ * rows_;
    for (Index y = first; y < std::min(first + rows_, map_.h); ++y) row(n, y);
  }

 private:
  Shape map_;
  Index rows_, groups_;
};

/// Calls row(n, y) for each row of the map, groups of them in parallel.
template <class Row>
void parallel_rows(Shape map, const Row& row) {
  current_isa();  // may throw, once and not in each task: see isa_from_environment
  const RowGroups groups(map);
  parallel_tasks(groups.count(), [&](Index i) { groups.each(i, row); });
}

}  // namespace unet::cpu
