// The runtime's functions about captures and graphs.
#pragma once
#include "stream_calls.hpp"

enum cudaStreamCaptureStatus {
  cudaStreamCaptureStatusNone = 0,
  cudaStreamCaptureStatusActive = 1,
  cudaStreamCaptureStatusInvalidated = 2
};

namespace simt {

/// An instantiated graph; launches that are still to come keep it.
struct GraphExec {
  std::shared_ptr<const detail::Graph> graph;
};

}  // namespace simt

using cudaGraph_t = simt::detail::Graph*;
using cudaGraphExec_t = simt::GraphExec*;

inline cudaError_t cudaStreamBeginCapture(cudaStream_t stream, cudaStreamCaptureMode mode) {
  return simt::detail::call_with(__func__, stream, [&](simt::Stream& s) {
    if (simt::detail::is_default(s)) return cudaErrorStreamCaptureUnsupported;
    if (s.capture) return cudaErrorInvalidValue;
    s.capture = std::make_shared<simt::detail::Capture>();
    s.capture->origin = &s;
    s.capture->thread = std::this_thread::get_id();
    s.capture->mode = mode;
    s.last.clear();
    return cudaSuccess;
  });
}
inline cudaError_t cudaStreamEndCapture(cudaStream_t stream, cudaGraph_t* graph) {
  *graph = nullptr;
  return simt::detail::call_with(__func__, stream, [&](simt::Stream& s) {
    const auto capture = s.capture;
    if (!capture) return cudaErrorInvalidValue;
    if (capture->origin != &s) {
      capture->valid = false;
      return cudaErrorStreamCaptureUnmatched;
    }
    if (capture->mode != cudaStreamCaptureModeRelaxed && capture->thread != std::this_thread::get_id())
      return cudaErrorStreamCaptureWrongThread;
    const bool joined = capture->graph.all_before(s.last);
    for (simt::Stream* other : simt::detail::runtime().streams)
      if (other->capture == capture) {
        other->capture = nullptr;
        other->last.clear();
      }
    if (!capture->valid) return cudaErrorStreamCaptureInvalidated;
    capture->valid = false;  // events that were recorded in it are of no use any more
    if (!joined) return cudaErrorStreamCaptureUnjoined;
    *graph = new simt::detail::Graph(std::move(capture->graph));
    return cudaSuccess;
  });
}
inline cudaError_t cudaStreamIsCapturing(cudaStream_t stream, cudaStreamCaptureStatus* status) {
  return simt::detail::call_with(__func__, stream, [&](simt::Stream& s) {
    *status = !s.capture         ? cudaStreamCaptureStatusNone
              : s.capture->valid ? cudaStreamCaptureStatusActive
                                 : cudaStreamCaptureStatusInvalidated;
    return cudaSuccess;
  });
}

inline cudaError_t cudaGraphInstantiate(cudaGraphExec_t* executable, cudaGraph_t graph,
                                        unsigned long long /*flags*/ = 0) {
  return simt::detail::call(__func__, [&] {
    *executable = nullptr;
    if (graph == nullptr) return cudaErrorInvalidValue;
    *executable = new simt::GraphExec{std::make_shared<const simt::detail::Graph>(*graph)};
    return cudaSuccess;
  });
}
inline cudaError_t cudaGraphLaunch(cudaGraphExec_t executable, cudaStream_t stream) {
  return simt::detail::call_with(__func__, stream, [&](simt::Stream& s) {
    if (executable == nullptr) return cudaErrorInvalidValue;
    ++simt::counters.graph_launches;
    return simt::detail::issue(s, [graph = executable->graph] { graph->run(); });
  });
}
inline cudaError_t cudaGraphDestroy(cudaGraph_t graph) {
  return simt::detail::call(__func__, [&] {
    if (graph == nullptr) return cudaErrorInvalidValue;
    delete graph;
    return cudaSuccess;
  });
}
inline cudaError_t cudaGraphExecDestroy(cudaGraphExec_t executable) {
  return simt::detail::call(__func__, [&] {
    if (executable == nullptr) return cudaErrorInvalidValue;
    delete executable;
    return cudaSuccess;
  });
}
