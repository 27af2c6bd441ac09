// What ranks that train together agree on.
#pragma once
#include <exception>
#include <vector>

#include "unet/backends/communicator.hpp"
#include "unet/core/error.hpp"
#include "unet/train/metrics.hpp"

namespace unet {

/// The part of each batch that a rank has.
struct RankShare {
  int rank = 0, size = 1;

  /// Of `count` images in a row, the first that belongs to rank r.
  Index first(Index count, int r) const { return count * r / size; }
  Index begin(Index count) const { return first(count, rank); }
  Index end(Index count) const { return first(count, rank + 1); }
};

template <class B>
RankShare share_of(const Communicator<B>& communicator) {
  return {communicator.rank(), communicator.size()};
}

/// Whether it is so on any rank.
template <class B>
bool any_rank(Communicator<B>& communicator, bool here) {
  double count = here ? 1 : 0;
  communicator.sum({&count, 1});
  return count > 0;
}

/// Calls f() on every rank. What it throws on one is thrown there, and the others, which would wait for that rank in vain,
/// throw Error.
template <class B, class F>
void on_all_ranks(Communicator<B>& communicator, const F& f) {
  std::exception_ptr problem;
  try {
    f();
  } catch (...) {
    problem = std::current_exception();
  }
  const bool any = any_rank(communicator, problem != nullptr);
  if (problem) std::rethrow_exception(problem);
  if (any) throw Error("another rank has stopped with an error; its message says why");
}

/// The ranks' numbers of images.
template <class B>
std::vector<Index> images_of_ranks(Communicator<B>& communicator, Index images) {
  std::vector<double> counts(static_cast<std::size_t>(communicator.size()));
  counts[static_cast<std::size_t>(communicator.rank())] = static_cast<double>(images);
  communicator.sum(counts);
  return {counts.begin(), counts.end()};
}

/// Results of all ranks' images, one rank after the other. Zeros are added to each, so none loses a bit.
template <class B>
std::vector<ImageResult> results_of_ranks(Communicator<B>& communicator, const std::vector<ImageResult>& results) {
  if (communicator.size() == 1) return results;
  const std::vector<Index> counts = images_of_ranks(communicator, static_cast<Index>(results.size()));
  Index first = 0, all = 0;
  for (int r = 0; r < communicator.size(); ++r) {
    if (r == communicator.rank()) first = all;
    all += counts[static_cast<std::size_t>(r)];
  }
  std::vector<double> numbers(static_cast<std::size_t>(3 * all));
  for (std::size_t i = 0; i < results.size(); ++i) {
    double* const to = numbers.data() + 3 * (first + static_cast<Index>(i));
    to[0] = results[i].loss;
    to[1] = results[i].iou;
    to[2] = results[i].dice;
  }
  communicator.sum(numbers);
  std::vector<ImageResult> everywhere;
  for (std::size_t i = 0; i < numbers.size(); i += 3)
    everywhere.push_back({numbers[i], numbers[i + 1], numbers[i + 2]});
  return everywhere;
}

}  // namespace unet
