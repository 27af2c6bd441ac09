// What tests choose about the emulated device, and what they can count.
#pragma once
#include <cstddef>
#include <string>

namespace simt {

/// The order in which the blocks of a grid, the threads of a block and independent nodes of a graph run: 0 forward, 1 backward,
/// otherwise the seed of a random order. No result may depend on it.
inline unsigned schedule = 0;

/// When the work of a stream begins: when something waits for it, so that who forgets to wait finds nothing done, every time;
/// or at once, as on a device that is faster than the host. To be set while no stream has work.
enum class Start { when_waited_for, at_once };
using enum Start;
inline Start start = Start::when_waited_for;

/// What programs see of the machine. To be set while nothing is allocated.
struct Device {
  int count = 1;
  std::string name = "SIMT emulator";
  int major = 9, minor = 0;
  int driver_version = 13000;
  std::size_t memory = std::size_t{1} << 30;  ///< bytes of each device
  int multiprocessors = 4;
};
inline Device& device() {
  static Device* const settings = new Device;  // never destroyed: static objects may still free memory at the end
  return *settings;
}

/// What all kernels did until now.
struct Counters {
  long launches = 0;
  long graph_launches = 0;
  long mma = 0;
  long ldmatrix = 0;
  long bank_conflicts = 0;  ///< matrices that ldmatrix did not get in one phase
  long async_bytes = 0;     ///< read by cp.async
  long barriers = 0;        ///< __syncthreads, each counted once for a block
};
inline Counters counters;

/// What devices of compute capability 8.0 to 9.0 allow at most.
inline constexpr int max_threads = 1024;
inline constexpr int max_shared_bytes = 227 * 1024;
inline constexpr int max_shared_bytes_by_default = 48 * 1024;

}  // namespace simt
