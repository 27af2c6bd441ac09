#include "support/cli/memory.hpp"

#include <sys/resource.h>

namespace app {

double peak_memory_mb() {
  rusage usage = {};
  ::getrusage(RUSAGE_SELF, &usage);
#ifdef __APPLE__
  return static_cast<double>(usage.ru_maxrss) / 1e6;
#else
  return static_cast<double>(usage.ru_maxrss) * 1024 / 1e6;  // Linux counts in KiB
#endif
}

}  // namespace app
