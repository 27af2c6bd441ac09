// The work of a stream, which is done when something waits for it.
#pragma once
#include <deque>
#include <exception>
#include <utility>

#include "../device_memory.hpp"
#include "error.hpp"
#include "graph.hpp"

namespace simt::detail {

class Queue {
 public:
  /// Number of a piece of work, which `done` reaches.
  using Position = long;

  Position push(Work work) {
    work_.push_back(std::move(work));
    return ++issued_;
  }
  Position issued() const { return issued_; }
  bool passed(Position position) const { return done_ >= position; }
  bool idle() const { return work_.empty(); }

  /// Throws what the work throws, and forgets what should have come after it.
  void run_until(Position position) {
    if (passed(position)) return;
    const DeviceMemory::Open open(device_memory());
    try {
      while (!passed(position)) {
        const Work work = std::move(work_.front());
        work_.pop_front();
        ++done_;
        work();
        device_memory().check_zones();
      }
    } catch (...) {
      work_.clear();
      done_ = issued_;
      throw;
    }
  }

  /// The same for the host's calls: in a destructor that runs because of an exception, a second one would end the program.
  cudaError_t wait(Position position) {
    try {
      run_until(position);
      return cudaSuccess;
    } catch (const Fault&) {
      if (std::uncaught_exceptions() == 0) throw;
      return cudaErrorLaunchFailure;
    }
  }

 private:
  std::deque<Work> work_;
  Position issued_ = 0, done_ = 0;
};

}  // namespace simt::detail
