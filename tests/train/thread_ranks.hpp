// Ranks as threads of one process, for tests.
#pragma once
#include <barrier>
#include <exception>
#include <thread>
#include <vector>

#include "unet/backends/communicator.hpp"

/// What the ranks of a group share.
class RankGroup {
 public:
  explicit RankGroup(int size) : size_(size), all_(size), values_(static_cast<std::size_t>(size)) {}
  int size() const { return size_; }

  /// Sums in the order of the ranks, so that all get the same bits.
  template <class T>
  void sum(int rank, T* values, unet::Index count) {
    values_[static_cast<std::size_t>(rank)] = values;
    all_.arrive_and_wait();
    std::vector<T> sums(static_cast<std::size_t>(count));
    for (const void* from : values_)
      for (std::size_t i = 0; i < sums.size(); ++i) sums[i] += static_cast<const T*>(from)[i];
    all_.arrive_and_wait();  // all have read
    std::copy(sums.begin(), sums.end(), values);
  }

 private:
  int size_;
  std::barrier<> all_;
  std::vector<const void*> values_;
};

template <class B>
class ThreadRank final : public unet::Communicator<B> {
 public:
  ThreadRank(RankGroup& group, int rank) : group_(&group), rank_(rank) {}
  int rank() const override { return rank_; }
  int size() const override { return group_->size(); }
  void sum(std::span<double> values) override {
    group_->sum(rank_, values.data(), static_cast<unet::Index>(values.size()));
  }
  void sum_gradients(typename B::Context&, typename B::Scalar* values, unet::Index count) override {
    group_->sum(rank_, values, count);
  }
  void sum_statistics(typename B::Context&, double* values, unet::Index count) override {
    group_->sum(rank_, values, count);
  }

 private:
  RankGroup* group_;
  int rank_;
};

/// Calls f(communicator) on each of `size` ranks; what they throw, rank by rank.
template <class B, class F>
std::vector<std::exception_ptr> on_ranks(int size, const F& f) {
  RankGroup group(size);
  std::vector<std::exception_ptr> problems(static_cast<std::size_t>(size));
  {
    std::vector<std::jthread> threads;
    for (int rank = 0; rank < size; ++rank)
      threads.emplace_back([&, rank] {
        ThreadRank<B> communicator(group, rank);
        try {
          f(communicator);
        } catch (...) {
          problems[static_cast<std::size_t>(rank)] = std::current_exception();
        }
      });
  }
  return problems;
}
