// Streams, events and captures, as the runtime keeps them.
#pragma once
#include <algorithm>
#include <chrono>
#include <memory>
#include <set>
#include <thread>
#include <utility>
#include <vector>

#include "queue.hpp"

enum cudaStreamCaptureMode {
  cudaStreamCaptureModeGlobal = 0,
  cudaStreamCaptureModeThreadLocal = 1,
  cudaStreamCaptureModeRelaxed = 2
};

namespace simt {

struct Stream;

namespace detail {

struct Capture {
  Graph graph;
  Stream* origin = nullptr;
  std::thread::id thread;
  cudaStreamCaptureMode mode = cudaStreamCaptureModeGlobal;
  bool valid = true;
};

/// When an event was recorded.
struct Moment {
  std::shared_ptr<Queue> queue;
  Queue::Position position = 0;
  std::chrono::steady_clock::time_point time;
};

}  // namespace detail

struct Stream {
  std::shared_ptr<detail::Queue> queue = std::make_shared<detail::Queue>();
  int device = 0;
  bool blocking = true;  ///< waits for the legacy default stream and is waited for by it
  std::shared_ptr<detail::Capture> capture;
  std::vector<std::size_t> last;  ///< nodes of the capture that the next one comes after
};

struct Event {
  bool timed = true;
  std::shared_ptr<detail::Moment> moment;
  std::shared_ptr<detail::Capture> capture;
  std::vector<std::size_t> last;
};

namespace detail {

inline thread_local int current_device = 0;

struct Runtime {
  std::set<Stream*> streams;
  std::set<Event*> events;
  std::map<int, Stream> default_streams;            // by device
  std::vector<std::shared_ptr<Queue>> left_queues;  // of destroyed streams, with work
};
inline Runtime& runtime() {
  static auto* const state = new Runtime;  // never destroyed: static objects may still wait at the end
  return *state;
}

inline Stream& default_stream() {
  Stream& stream = runtime().default_streams[current_device];
  stream.device = current_device;
  return stream;
}
/// What the handle stands for; null if it is none.
inline Stream* find(Stream* stream) {
  if (stream == nullptr) return &default_stream();
  return runtime().streams.contains(stream) ? stream : nullptr;
}
inline Event* find(Event* event) { return runtime().events.contains(event) ? event : nullptr; }
inline bool is_default(const Stream& stream) { return &stream == &default_stream(); }

inline cudaError_t wait_for_device() {
  cudaError_t result = cudaSuccess;
  const auto wait = [&](Queue& queue) {
    const cudaError_t error = queue.wait(queue.issued());
    if (error != cudaSuccess) result = error;
  };
  for (Stream* stream : runtime().streams) wait(*stream->queue);
  for (auto& [device, stream] : runtime().default_streams) wait(*stream.queue);
  for (const auto& queue : std::exchange(runtime().left_queues, {})) wait(*queue);
  return result;
}

/// What comes next in the stream starts only when this moment has passed.
inline void wait_before_next(Stream& stream, std::shared_ptr<Queue> queue, Queue::Position position) {
  if (queue != stream.queue && !queue->passed(position))
    stream.queue->push([queue = std::move(queue), position] { queue->run_until(position); });
}
/// The legacy default stream and the blocking streams of a device wait for each other.
inline void wait_as_legacy(Stream& stream) {
  if (!is_default(stream)) {
    if (stream.blocking) wait_before_next(stream, default_stream().queue, default_stream().queue->issued());
    return;
  }
  for (Stream* other : runtime().streams)
    if (other->blocking && other->device == stream.device)
      wait_before_next(stream, other->queue, other->queue->issued());
}

/// Issues work to a stream, or adds it to what the stream captures.
inline cudaError_t issue(Stream& stream, Work work) {
  if (stream.device != current_device) return cudaErrorInvalidResourceHandle;
  if (stream.capture) {
    if (!stream.capture->valid) return cudaErrorStreamCaptureInvalidated;
    auto& nodes = stream.capture->graph.nodes;
    nodes.push_back({std::move(work), stream.last});
    stream.last = {nodes.size() - 1};
    return cudaSuccess;
  }
  if (is_default(stream))
    for (Stream* other : runtime().streams)
      if (other->capture && other->blocking && other->device == stream.device) {
        other->capture->valid = false;
        return cudaErrorStreamCaptureImplicit;
      }
  wait_as_legacy(stream);
  const Queue::Position position = stream.queue->push(std::move(work));
  return start == Start::at_once ? stream.queue->wait(position) : cudaSuccess;
}

/// Calls that wait or may wait make captures invalid: those that such a call of this thread could disturb.
inline cudaError_t refuse_while_capturing() {
  cudaError_t result = cudaSuccess;
  for (Stream* stream : runtime().streams) {
    Capture* const capture = stream->capture.get();
    if (!capture || capture->mode == cudaStreamCaptureModeRelaxed) continue;
    if (capture->mode == cudaStreamCaptureModeThreadLocal && capture->thread != std::this_thread::get_id()) continue;
    capture->valid = false;
    result = cudaErrorStreamCaptureUnsupported;
  }
  return result;
}
/// The same for calls that concern this stream.
inline cudaError_t refuse_while_capturing(Stream& stream) {
  if (!stream.capture) return refuse_while_capturing();
  stream.capture->valid = false;
  return cudaErrorStreamCaptureUnsupported;
}

/// A call `name` that may not be made while a stream is capturing.
template <class Body>
cudaError_t call_outside_of_captures(const char* name, const Body& body) {
  return call(name, [&] {
    const cudaError_t refused = refuse_while_capturing();
    return refused == cudaSuccess ? body() : refused;
  });
}
/// A call `name` about a stream or an event, as body(stream) or body(event).
template <class Handle, class Body>
cudaError_t call_with(const char* name, Handle* handle, const Body& body) {
  return call(name, [&] {
    Handle* const found = find(handle);
    return found ? body(*found) : cudaErrorInvalidResourceHandle;
  });
}

}  // namespace detail
}  // namespace simt
