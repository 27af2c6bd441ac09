// A stream, in whose order operations happen, and events on it.
#pragma once
#include <memory>

#include "unet/backends/cuda/runtime/device.hpp"
#include "unet/backends/cuda/runtime/workspace.hpp"

namespace unet::cuda {

/// What operations are issued to: a stream, and memory for what they compute in between.
class Context {
 public:
  /// Throws DeviceError.
  Context() : stream_(create()) {}

  cudaStream_t stream() const { return stream_.get(); }
  /// Device memory of at least so many bytes for the operation that is being issued: the next one may use it again, for they
  /// happen in order. Throws OutOfMemory.
  void* workspace(Index bytes) { return workspace_.at_least(bytes); }
  /// That memory as it is now, null before the first operation that needed some.
  const void* workspace() const { return workspace_.data(); }

  /// Counts an operation that is about to be issued. Whether it is to be: while the context is muted, none is.
  bool issues() {
    ++operations_;
    return !muted_;
  }
  /// How many were counted until now.
  Index operations() const { return operations_; }

  /// Nothing that is issued in its lifetime happens: it was recorded before.
  class Muted {
   public:
    explicit Muted(Context& context) : context_(context) { context_.muted_ = true; }
    Muted(const Muted&) = delete;
    Muted& operator=(const Muted&) = delete;
    ~Muted() { context_.muted_ = false; }

   private:
    Context& context_;
  };

 private:
  struct Destroy {
    void operator()(cudaStream_t stream) const { cudaStreamDestroy(stream); }
  };
  static cudaStream_t create() {
    enter_device();
    cudaStream_t stream{};
    check(cudaStreamCreateWithFlags(&stream, cudaStreamNonBlocking), "creating a CUDA stream");
    return stream;
  }

  std::unique_ptr<std::remove_pointer_t<cudaStream_t>, Destroy> stream_;
  Workspace workspace_;
  Index operations_ = 0;
  bool muted_ = false;
};

/// A moment in a stream's work. Copies are the same event.
class Event {
 public:
  Event() = default;
  explicit Event(cudaStream_t stream) : event_(create(), [](cudaEvent_t event) { cudaEventDestroy(event); }) {
    check(cudaEventRecord(event_.get(), stream), "recording a CUDA event");
  }
  /// The host waits. An event that was never recorded has passed.
  void wait() const {
    if (event_) check(cudaEventSynchronize(event_.get()), "waiting for a CUDA event");
  }
  /// What is issued to the stream from now on waits.
  void wait(cudaStream_t stream) const {
    if (event_) check(cudaStreamWaitEvent(stream, event_.get(), 0), "waiting for a CUDA event");
  }

 private:
  static cudaEvent_t create() {
    enter_device();
    cudaEvent_t event{};
    check(cudaEventCreateWithFlags(&event, cudaEventDisableTiming), "creating a CUDA event");
    return event;
  }
  std::shared_ptr<std::remove_pointer_t<cudaEvent_t>> event_;
};

}  // namespace unet::cuda
