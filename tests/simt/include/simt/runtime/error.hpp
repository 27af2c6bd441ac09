// The runtime's results, the last one of each thread, and results that tests ask for.
#pragma once
#include <map>
#include <mutex>
#include <string>
#include <utility>

#include "../settings.hpp"

#define CUDART_VERSION 13000

enum cudaError_t {
  cudaSuccess = 0,
  cudaErrorInvalidValue = 1,
  cudaErrorMemoryAllocation = 2,
  cudaErrorInitializationError = 3,
  cudaErrorInvalidConfiguration = 9,
  cudaErrorInsufficientDriver = 35,
  cudaErrorDevicesUnavailable = 46,
  cudaErrorNoDevice = 100,
  cudaErrorInvalidDevice = 101,
  cudaErrorNoKernelImageForDevice = 209,
  cudaErrorECCUncorrectable = 214,
  cudaErrorInvalidResourceHandle = 400,
  cudaErrorNotReady = 600,
  cudaErrorIllegalAddress = 700,
  cudaErrorLaunchOutOfResources = 701,
  cudaErrorLaunchFailure = 719,
  cudaErrorNotSupported = 801,
  cudaErrorStreamCaptureUnsupported = 900,
  cudaErrorStreamCaptureInvalidated = 901,
  cudaErrorStreamCaptureMerge = 902,
  cudaErrorStreamCaptureUnmatched = 903,
  cudaErrorStreamCaptureUnjoined = 904,
  cudaErrorStreamCaptureIsolation = 905,
  cudaErrorStreamCaptureImplicit = 906,
  cudaErrorCapturedEvent = 907,
  cudaErrorStreamCaptureWrongThread = 908,
  cudaErrorUnknown = 999
};

namespace simt {
namespace detail {

struct ErrorText {
  const char *name, *text;
};
inline ErrorText error_text(cudaError_t error) {
#define SIMT_ERROR(name, text) \
  case name:                   \
    return {#name, text};
  switch (error) {
    SIMT_ERROR(cudaSuccess, "no error")
    SIMT_ERROR(cudaErrorInvalidValue, "invalid argument")
    SIMT_ERROR(cudaErrorMemoryAllocation, "out of memory")
    SIMT_ERROR(cudaErrorInitializationError, "initialization error")
    SIMT_ERROR(cudaErrorInvalidConfiguration, "invalid configuration argument")
    SIMT_ERROR(cudaErrorInsufficientDriver, "CUDA driver version is insufficient for CUDA runtime version")
    SIMT_ERROR(cudaErrorDevicesUnavailable, "CUDA-capable device(s) is/are busy or unavailable")
    SIMT_ERROR(cudaErrorNoDevice, "no CUDA-capable device is detected")
    SIMT_ERROR(cudaErrorInvalidDevice, "invalid device ordinal")
    SIMT_ERROR(cudaErrorNoKernelImageForDevice, "no kernel image is available for execution on the device")
    SIMT_ERROR(cudaErrorECCUncorrectable, "uncorrectable ECC error encountered")
    SIMT_ERROR(cudaErrorInvalidResourceHandle, "invalid resource handle")
    SIMT_ERROR(cudaErrorNotReady, "device not ready")
    SIMT_ERROR(cudaErrorIllegalAddress, "an illegal memory access was encountered")
    SIMT_ERROR(cudaErrorLaunchOutOfResources, "too many resources requested for launch")
    SIMT_ERROR(cudaErrorLaunchFailure, "unspecified launch failure")
    SIMT_ERROR(cudaErrorNotSupported, "operation not supported")
    SIMT_ERROR(cudaErrorStreamCaptureUnsupported, "operation not permitted when stream is capturing")
    SIMT_ERROR(cudaErrorStreamCaptureInvalidated, "operation failed due to a previous error during capture")
    SIMT_ERROR(cudaErrorStreamCaptureMerge, "operation would result in a merge of separate capture sequences")
    SIMT_ERROR(cudaErrorStreamCaptureUnmatched, "capture was not ended in the same stream as it began")
    SIMT_ERROR(cudaErrorStreamCaptureUnjoined, "capturing stream has unjoined work")
    SIMT_ERROR(cudaErrorStreamCaptureIsolation, "dependency created on uncaptured work in another stream")
    SIMT_ERROR(cudaErrorStreamCaptureImplicit,
               "operation would make the legacy stream depend on a capturing blocking stream")
    SIMT_ERROR(cudaErrorCapturedEvent, "operation not permitted on an event last recorded in a capturing stream")
    SIMT_ERROR(cudaErrorStreamCaptureWrongThread,
               "attempt to terminate a thread-local capture sequence from another thread")
    SIMT_ERROR(cudaErrorUnknown, "unknown error")
  }
#undef SIMT_ERROR
  return {"unrecognized error code", "unrecognized error code"};
}

inline thread_local cudaError_t last_error = cudaSuccess;

/// One thread of the host at a time is inside of the emulator.
inline std::recursive_mutex& mutex() {
  static auto* const lock = new std::recursive_mutex;
  return *lock;
}

struct PlannedFailure {
  cudaError_t error;
  int calls_before;
};
inline std::map<std::string, PlannedFailure>& planned_failures() {
  static auto* const failures = new std::map<std::string, PlannedFailure>;
  return *failures;
}
inline cudaError_t planned_failure(const char* name) {
  const auto found = planned_failures().find(name);
  if (found == planned_failures().end() || found->second.calls_before-- > 0) return cudaSuccess;
  const cudaError_t error = found->second.error;
  planned_failures().erase(found);
  return error;
}

inline cudaError_t missing_device() {
  if (device().driver_version < CUDART_VERSION) return cudaErrorInsufficientDriver;
  return device().count > 0 ? cudaSuccess : cudaErrorNoDevice;
}

/// What all calls of the runtime `name` have in common.
template <class Body>
cudaError_t call(const char* name, const Body& body) {
  const std::lock_guard lock(mutex());
  cudaError_t result = missing_device();
  if (result == cudaSuccess) result = planned_failure(name);
  if (result == cudaSuccess) result = body();
  if (result != cudaSuccess && result != cudaErrorNotReady) last_error = result;
  return result;
}

}  // namespace detail

/// The next call of the runtime's function `name` fails with this error, or that after `calls_before` more, and does nothing.
inline void fail_next(const char* name, cudaError_t error, int calls_before = 0) {
  const std::lock_guard lock(detail::mutex());
  detail::planned_failures()[name] = {error, calls_before};
}

}  // namespace simt

inline cudaError_t cudaGetLastError() { return std::exchange(simt::detail::last_error, cudaSuccess); }
inline cudaError_t cudaPeekAtLastError() { return simt::detail::last_error; }
inline const char* cudaGetErrorName(cudaError_t error) { return simt::detail::error_text(error).name; }
inline const char* cudaGetErrorString(cudaError_t error) { return simt::detail::error_text(error).text; }
