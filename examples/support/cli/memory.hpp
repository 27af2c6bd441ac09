// How much memory this process has needed.
#pragma once
namespace app {

/// Largest resident set of this process so far, in MB (10^6 bytes), as the kernel counts it (getrusage).
double peak_memory_mb();

}  // namespace app
