// How much memory this process has needed.
#pragma once
#include <sys/resource.h>

namespace app {

/// Largest resident set of this process so far, in MB (10^6 bytes), as the kernel counts it (getrusage).
inline double peak_memory_mb() {
  rusage usage = {};
  ::getrusage(RUSAGE_SELF, &usage);
#ifdef __APPLE__
  return static_cast<double>(usage.ru_maxrss) / 1e6;
#else
  return static_cast<double>(usage.ru_maxrss) * 1024 / 1e6;  // Linux counts in KiB
#endif
}

}  // namespace app
