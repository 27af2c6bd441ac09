// How processes that train one net together (ranks) add up what each computed from its part of a batch.
#pragma once
#include <span>

#include "unet/core/shape.hpp"

namespace unet {

/// Sums over ranks. Every rank makes the same calls in the same order, and all get the same bits. Each rank has a Model or
/// Trainer of its own. An implementation for several machines stands on MPI or NCCL.
template <class B>
class Communicator {
 public:
  virtual ~Communicator() = default;

  virtual int rank() const = 0;  ///< 0 .. size() - 1
  virtual int size() const = 0;

  /// Adds up values in host memory, in place: decisions and reports, a few numbers.
  virtual void sum(std::span<double> values) = 0;
  /// The same in backend memory, issued to a context: gradients, all parameters' at once, and statistics of batch
  /// normalisation.
  virtual void sum_gradients(typename B::Context& context, typename B::Scalar* values, Index count) = 0;
  virtual void sum_statistics(typename B::Context& context, double* values, Index count) = 0;
};

/// Ranks that nobody speaks to: one process alone, or a plan of what a pass of several will need.
template <class B>
class Alone final : public Communicator<B> {
 public:
  explicit Alone(int size = 1) : size_(size) {}
  int rank() const override { return 0; }
  int size() const override { return size_; }
  void sum(std::span<double>) override {}
  void sum_gradients(typename B::Context&, typename B::Scalar*, Index) override {}
  void sum_statistics(typename B::Context&, double*, Index) override {}

 private:
  int size_;
};

/// A batch of which each rank has a part.
template <class B>
struct SharedBatch {
  Communicator<B>* communicator;
  Index images;  ///< of all ranks
};

}  // namespace unet
