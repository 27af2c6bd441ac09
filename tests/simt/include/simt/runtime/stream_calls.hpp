// The runtime's functions about streams and events.
#pragma once
#include "issue.hpp"

using cudaStream_t = simt::Stream*;
using cudaEvent_t = simt::Event*;

inline constexpr unsigned cudaStreamDefault = 0, cudaStreamNonBlocking = 1;
inline constexpr unsigned cudaEventDefault = 0, cudaEventBlockingSync = 1, cudaEventDisableTiming = 2;

inline cudaError_t cudaDeviceSynchronize() {
  return simt::detail::call_outside_of_captures(__func__, [] { return simt::detail::wait_for_device(); });
}

inline cudaError_t cudaStreamCreateWithFlags(cudaStream_t* stream, unsigned flags) {
  return simt::detail::call(__func__, [&] {
    *stream = new simt::Stream;
    (*stream)->device = simt::detail::current_device;
    (*stream)->blocking = (flags & cudaStreamNonBlocking) == 0;
    simt::detail::runtime().streams.insert(*stream);
    return cudaSuccess;
  });
}
inline cudaError_t cudaStreamCreate(cudaStream_t* stream) {
  return simt::detail::call(__func__, [&] { return cudaStreamCreateWithFlags(stream, cudaStreamDefault); });
}
inline cudaError_t cudaStreamCreateWithPriority(cudaStream_t* stream, unsigned flags, int /*priority*/) {
  return simt::detail::call(__func__, [&] { return cudaStreamCreateWithFlags(stream, flags); });
}
/// Does not wait: what is left is done when something waits for it.
inline cudaError_t cudaStreamDestroy(cudaStream_t stream) {
  if (stream == nullptr) return cudaErrorInvalidResourceHandle;
  return simt::detail::call_with(__func__, stream, [&](simt::Stream& s) {
    if (s.capture) s.capture->valid = false;
    if (!s.queue->idle()) simt::detail::runtime().left_queues.push_back(s.queue);
    simt::detail::runtime().streams.erase(stream);
    delete stream;
    return cudaSuccess;
  });
}
inline cudaError_t cudaStreamSynchronize(cudaStream_t stream) {
  return simt::detail::call_with(__func__, stream, [](simt::Stream& s) {
    const cudaError_t refused = simt::detail::refuse_while_capturing(s);
    if (refused != cudaSuccess) return refused;
    if (simt::detail::is_default(s)) simt::detail::wait_as_legacy(s);
    return s.queue->wait(s.queue->issued());
  });
}
inline cudaError_t cudaStreamQuery(cudaStream_t stream) {
  return simt::detail::call_with(__func__, stream, [](simt::Stream& s) {
    const cudaError_t refused = simt::detail::refuse_while_capturing(s);
    if (refused != cudaSuccess) return refused;
    return s.queue->idle() ? cudaSuccess : cudaErrorNotReady;
  });
}

inline cudaError_t cudaEventCreateWithFlags(cudaEvent_t* event, unsigned flags) {
  return simt::detail::call(__func__, [&] {
    *event = new simt::Event;
    (*event)->timed = (flags & cudaEventDisableTiming) == 0;
    simt::detail::runtime().events.insert(*event);
    return cudaSuccess;
  });
}
inline cudaError_t cudaEventCreate(cudaEvent_t* event) {
  return simt::detail::call(__func__, [&] { return cudaEventCreateWithFlags(event, cudaEventDefault); });
}
inline cudaError_t cudaEventDestroy(cudaEvent_t event) {
  return simt::detail::call_with(__func__, event, [&](simt::Event&) {
    simt::detail::runtime().events.erase(event);
    delete event;
    return cudaSuccess;
  });
}
inline cudaError_t cudaEventRecord(cudaEvent_t event, cudaStream_t stream = nullptr) {
  return simt::detail::call_with(__func__, event, [&](simt::Event& e) {
    simt::Stream* const s = simt::detail::find(stream);
    if (!s) return cudaErrorInvalidResourceHandle;
    if (s->capture) {
      if (!s->capture->valid) return cudaErrorStreamCaptureInvalidated;
      e.moment = nullptr;
      e.capture = s->capture;
      e.last = s->last;
      return cudaSuccess;
    }
    const auto moment = std::make_shared<simt::detail::Moment>();
    const cudaError_t result = simt::detail::issue(*s, [moment] { moment->time = std::chrono::steady_clock::now(); });
    if (result != cudaSuccess) return result;
    moment->queue = s->queue;
    moment->position = s->queue->issued();
    e.capture = nullptr;
    e.moment = moment;
    return cudaSuccess;
  });
}
inline cudaError_t cudaEventSynchronize(cudaEvent_t event) {
  return simt::detail::call_with(__func__, event, [](simt::Event& e) {
    if (e.capture) return cudaErrorCapturedEvent;
    const cudaError_t refused = simt::detail::refuse_while_capturing();
    if (refused != cudaSuccess || !e.moment) return refused;
    return e.moment->queue->wait(e.moment->position);
  });
}
inline cudaError_t cudaEventQuery(cudaEvent_t event) {
  return simt::detail::call_with(__func__, event, [](simt::Event& e) {
    if (e.capture) return cudaErrorCapturedEvent;
    const cudaError_t refused = simt::detail::refuse_while_capturing();
    if (refused != cudaSuccess || !e.moment) return refused;
    return e.moment->queue->passed(e.moment->position) ? cudaSuccess : cudaErrorNotReady;
  });
}
/// Milliseconds of the host's clock.
inline cudaError_t cudaEventElapsedTime(float* milliseconds, cudaEvent_t begin, cudaEvent_t end) {
  return simt::detail::call_with(__func__, begin, [&](simt::Event& from) {
    simt::Event* const to = simt::detail::find(end);
    if (!to || !from.timed || !to->timed || !from.moment || !to->moment) return cudaErrorInvalidResourceHandle;
    for (const auto& moment : {from.moment, to->moment})
      if (!moment->queue->passed(moment->position)) return cudaErrorNotReady;
    *milliseconds = std::chrono::duration<float, std::milli>(to->moment->time - from.moment->time).count();
    return cudaSuccess;
  });
}

/// In a stream that captures, or with an event that was recorded in one, this forks and joins the capture.
inline cudaError_t cudaStreamWaitEvent(cudaStream_t stream, cudaEvent_t event, unsigned /*flags*/ = 0) {
  return simt::detail::call_with(__func__, event, [&](simt::Event& e) {
    simt::Stream* const s = simt::detail::find(stream);
    if (!s) return cudaErrorInvalidResourceHandle;
    if (!e.capture && !s->capture) {
      if (e.moment) simt::detail::wait_before_next(*s, e.moment->queue, e.moment->position);
      return cudaSuccess;
    }
    const auto broken = [&](cudaError_t error) {
      for (const auto& capture : {s->capture, e.capture})
        if (capture) capture->valid = false;
      return error;
    };
    if (!e.capture) return broken(cudaErrorStreamCaptureIsolation);
    if (!e.capture->valid) return cudaErrorStreamCaptureInvalidated;
    if (simt::detail::is_default(*s)) return broken(cudaErrorStreamCaptureUnsupported);
    if (s->capture && s->capture != e.capture) return broken(cudaErrorStreamCaptureMerge);
    if (!s->capture) s->last.clear();
    s->capture = e.capture;
    s->last.insert(s->last.end(), e.last.begin(), e.last.end());
    return cudaSuccess;
  });
}
