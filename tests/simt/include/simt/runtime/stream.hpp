// Streams, events and captures, as the runtime keeps them; what is done with them is in issue.hpp and *_calls.hpp.
#pragma once
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

}  // namespace detail
}  // namespace simt
