// The runtime's functions about memory.
#pragma once
#include "memory.hpp"

inline constexpr unsigned cudaHostAllocDefault = 0, cudaHostAllocPortable = 1, cudaHostAllocMapped = 2,
                          cudaHostAllocWriteCombined = 4;

inline cudaError_t cudaMalloc(void** memory, std::size_t bytes) {
  return simt::detail::call_outside_of_captures(__func__, [&] {
    *memory = nullptr;
    if (bytes == 0) return cudaSuccess;
    *memory = simt::detail::device_memory().allocate(bytes, simt::detail::current_device, simt::device().memory);
    return *memory ? cudaSuccess : cudaErrorMemoryAllocation;
  });
}
/// First waits for all work.
inline cudaError_t cudaFree(void* memory) {
  return simt::detail::call_outside_of_captures(__func__, [&] {
    if (memory == nullptr) return cudaSuccess;
    const cudaError_t result = simt::detail::wait_for_device();
    return simt::detail::device_memory().release(memory) ? result : cudaErrorInvalidValue;
  });
}
inline cudaError_t cudaMallocAsync(void** memory, std::size_t bytes, cudaStream_t stream) {
  return simt::detail::call_with(__func__, stream, [&](simt::Stream& s) {
    return s.capture ? simt::detail::refuse_while_capturing(s) : cudaMalloc(memory, bytes);
  });
}
/// Frees when the stream comes to it.
inline cudaError_t cudaFreeAsync(void* memory, cudaStream_t stream) {
  return simt::detail::call_with(__func__, stream, [&](simt::Stream& s) {
    if (s.capture) return simt::detail::refuse_while_capturing(s);
    if (memory == nullptr) return cudaSuccess;
    if (!simt::detail::device_memory().starts_at(memory)) return cudaErrorInvalidValue;
    return simt::detail::issue(s, [memory] {
      if (!simt::detail::device_memory().release(memory)) throw simt::Fault("cudaFreeAsync: memory is freed twice");
    });
  });
}

inline cudaError_t cudaHostAlloc(void** memory, std::size_t bytes, unsigned /*flags*/) {
  return simt::detail::call_outside_of_captures(__func__, [&] {
    *memory = bytes == 0 ? nullptr : simt::detail::pinned_memory().allocate(bytes);
    return cudaSuccess;
  });
}
inline cudaError_t cudaMallocHost(void** memory, std::size_t bytes, unsigned flags = 0) {
  return simt::detail::call(__func__, [&] { return cudaHostAlloc(memory, bytes, flags); });
}
/// Does not wait: copies that still need the memory are a Fault.
inline cudaError_t cudaFreeHost(void* memory) {
  return simt::detail::call_outside_of_captures(__func__, [&] {
    return memory == nullptr || simt::detail::pinned_memory().release(memory) ? cudaSuccess : cudaErrorInvalidValue;
  });
}

template <class T>
cudaError_t cudaMalloc(T** memory, std::size_t bytes) {
  return cudaMalloc(reinterpret_cast<void**>(memory), bytes);
}
template <class T>
cudaError_t cudaMallocAsync(T** memory, std::size_t bytes, cudaStream_t stream) {
  return cudaMallocAsync(reinterpret_cast<void**>(memory), bytes, stream);
}
template <class T>
cudaError_t cudaHostAlloc(T** memory, std::size_t bytes, unsigned flags) {
  return cudaHostAlloc(reinterpret_cast<void**>(memory), bytes, flags);
}
template <class T>
cudaError_t cudaMallocHost(T** memory, std::size_t bytes, unsigned flags = 0) {
  return cudaMallocHost(reinterpret_cast<void**>(memory), bytes, flags);
}

inline cudaError_t cudaMemcpyAsync(void* to, const void* from, std::size_t bytes, cudaMemcpyKind kind,
                                   cudaStream_t stream = nullptr) {
  return simt::detail::call_with(__func__, stream,
                                 [&](simt::Stream& s) { return simt::detail::copy(s, to, from, bytes, kind); });
}
/// Waits, where not both are in device memory.
inline cudaError_t cudaMemcpy(void* to, const void* from, std::size_t bytes, cudaMemcpyKind kind) {
  return simt::detail::call_outside_of_captures(__func__, [&] {
    simt::Stream& stream = simt::detail::default_stream();
    const cudaError_t result = simt::detail::copy(stream, to, from, bytes, kind);
    const bool on_device = simt::detail::device_memory().owns(to) && simt::detail::device_memory().owns(from);
    return result != cudaSuccess || on_device ? result : stream.queue->wait(stream.queue->issued());
  });
}
inline cudaError_t cudaMemsetAsync(void* at, int value, std::size_t bytes, cudaStream_t stream = nullptr) {
  return simt::detail::call_with(__func__, stream,
                                 [&](simt::Stream& s) { return simt::detail::fill(s, at, value, bytes); });
}
/// Does not wait.
inline cudaError_t cudaMemset(void* at, int value, std::size_t bytes) {
  return simt::detail::call_outside_of_captures(
      __func__, [&] { return simt::detail::fill(simt::detail::default_stream(), at, value, bytes); });
}

inline cudaError_t cudaMemGetInfo(std::size_t* free, std::size_t* total) {
  return simt::detail::call(__func__, [&] {
    *total = simt::device().memory;
    *free = *total - simt::detail::device_memory().used(simt::detail::current_device);
    return cudaSuccess;
  });
}

enum cudaMemoryType {
  cudaMemoryTypeUnregistered = 0,
  cudaMemoryTypeHost = 1,
  cudaMemoryTypeDevice = 2,
  cudaMemoryTypeManaged = 3
};
struct cudaPointerAttributes {
  cudaMemoryType type;
  int device;
  void *devicePointer, *hostPointer;
};
inline cudaError_t cudaPointerGetAttributes(cudaPointerAttributes* attributes, const void* address) {
  return simt::detail::call(__func__, [&] {
    auto* const at = const_cast<void*>(address);
    *attributes = {cudaMemoryTypeUnregistered, -1, nullptr, at};
    const simt::detail::Place place = simt::detail::place_of(address, 1);
    if (place == simt::detail::Place::device) *attributes = {cudaMemoryTypeDevice, 0, at, nullptr};
    if (place == simt::detail::Place::pinned) *attributes = {cudaMemoryTypeHost, 0, at, at};
    return cudaSuccess;
  });
}
