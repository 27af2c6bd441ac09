// Where addresses lie, and copies between those places.
#pragma once
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <map>
#include <memory>
#include <new>

#include "stream_calls.hpp"

enum cudaMemcpyKind {
  cudaMemcpyHostToHost = 0,
  cudaMemcpyHostToDevice = 1,
  cudaMemcpyDeviceToHost = 2,
  cudaMemcpyDeviceToDevice = 3,
  cudaMemcpyDefault = 4
};

namespace simt::detail {

/// Memory of the host that the device reads and writes by itself.
class PinnedMemory {
 public:
  void* allocate(std::size_t bytes) {
    char* const memory = new (std::align_val_t{4096}) char[bytes];
    std::memset(memory, 0xff, bytes);
    pieces_[memory] = bytes;
    return memory;
  }
  bool release(void* address) {
    if (pieces_.erase(static_cast<const char*>(address)) == 0) return false;
    ::operator delete[](address, std::align_val_t{4096});
    return true;
  }
  bool contains(const void* address, std::size_t bytes) const {
    const auto* const at = static_cast<const char*>(address);
    auto piece = pieces_.upper_bound(at);
    if (piece == pieces_.begin()) return false;
    --piece;
    const auto inside = static_cast<std::size_t>(at - piece->first);
    return inside <= piece->second && bytes <= piece->second - inside;
  }

 private:
  std::map<const char*, std::size_t> pieces_;
};
inline PinnedMemory& pinned_memory() {
  static PinnedMemory* const memory = new PinnedMemory;
  return *memory;
}

enum class Place { device, pinned, pageable, freed };

inline Place place_of(const void* address, std::size_t bytes) {
  if (device_memory().contains(address, bytes)) return Place::device;
  if (device_memory().owns(address)) return Place::freed;  // or past an end
  return pinned_memory().contains(address, bytes) ? Place::pinned : Place::pageable;
}

inline bool fits(cudaMemcpyKind kind, Place to, Place from) {
  if (to == Place::freed || from == Place::freed) return false;
  if (kind == cudaMemcpyDefault) return true;
  const bool to_device = kind == cudaMemcpyHostToDevice || kind == cudaMemcpyDeviceToDevice;
  const bool from_device = kind == cudaMemcpyDeviceToHost || kind == cudaMemcpyDeviceToDevice;
  return to_device == (to == Place::device) && from_device == (from == Place::device);
}

/// Work that was issued long ago finds its memory where it was.
inline void check_place(const char* what, const void* address, std::size_t bytes, Place then) {
  if (place_of(address, bytes) != then)
    throw Fault(std::string(what) + ": the memory was freed before the stream came to it");
}

/// As CUDA does: pageable memory is read before the call returns and written before it returns; all else is touched when the
/// stream comes to it.
inline cudaError_t copy(Stream& stream, void* to, const void* from, std::size_t bytes, cudaMemcpyKind kind) {
  if (bytes == 0) return cudaSuccess;
  const Place to_place = place_of(to, bytes), from_place = place_of(from, bytes);
  if (to == nullptr || from == nullptr || !fits(kind, to_place, from_place)) return cudaErrorInvalidValue;
  const bool pageable = to_place == Place::pageable || from_place == Place::pageable;
  if (pageable && stream.capture) return refuse_while_capturing(stream);
  const bool staged = from_place == Place::pageable && to_place == Place::device;
  std::shared_ptr<char[]> stage;
  if (staged) {
    stage.reset(new char[bytes]);
    std::memcpy(stage.get(), from, bytes);
  }
  const cudaError_t result = issue(stream, [=] {
    check_place("cudaMemcpyAsync", to, bytes, to_place);
    if (!staged) check_place("cudaMemcpyAsync", from, bytes, from_place);
    std::memcpy(to, staged ? stage.get() : from, bytes);
  });
  if (result != cudaSuccess || !pageable || staged) return result;
  return stream.queue->wait(stream.queue->issued());
}

inline cudaError_t fill(Stream& stream, void* at, int value, std::size_t bytes) {
  if (bytes == 0) return cudaSuccess;
  if (place_of(at, bytes) != Place::device) return cudaErrorInvalidValue;
  return issue(stream, [=] {
    check_place("cudaMemsetAsync", at, bytes, Place::device);
    std::memset(at, value, bytes);
  });
}

}  // namespace simt::detail
