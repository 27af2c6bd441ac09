// How work comes into streams and captures, and what may not be called while one captures.
#pragma once
#include <memory>
#include <thread>
#include <utility>

#include "stream.hpp"

namespace simt::detail {

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

}  // namespace simt::detail
