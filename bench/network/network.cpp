// Time and memory of the study's net, UNet<1, 1, 32, 4>, for every combination of sizes, batches and threads:
//
//   network train 256,512 8 1,2       training steps of batches of 8, at 256 x 256 and 512 x 512, with 1 thread and with 2
//   network predict 128,512,2048      inference of one image
//   network forward 512               the same without copies to and from the backend's memory
//   network operations 256 8          a training step, operation by operation, beside what the machine can do
//
// After the work: sizes (256), batches (8 for training, 1 for inference), threads (all), repetitions (5). Each combination runs in a
// process of its own, so that its peak memory is its own. Feature maps are stored in fp32, or with --bf16 in bf16. Prints a Markdown
// table, or with --json an object a line, for programs that put others' times beside these.
#include <sys/resource.h>

#include "peak.hpp"
#include "run.hpp"
#include "unet/backends/cpu/cpu.hpp"

namespace {

/// The processor.
struct Host {
  template <class T>
  using Backend = unet::Cpu<T>;

  struct Stopwatch {
    template <class Call>
    static void time(unet::HostContext&, OperationTime& to, const Call& call) {
      using Clock = std::chrono::steady_clock;
      const Clock::time_point start = Clock::now();
      call();
      to.seconds += std::chrono::duration<double>(Clock::now() - start).count();
    }
    static void read() {}
  };

  static std::string name() { return unet::Cpu<float>::instruction_set(); }
  static void begin(const Configuration& c) { unet::set_thread_count(static_cast<int>(c.threads)); }
  static Ceilings ceilings() { return {peak::gflops(), peak::gigabytes()}; }
  /// Of the process.
  static double megabytes() {
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    return static_cast<double>(usage.ru_maxrss) / 1e3;
  }
};

}  // namespace

int main(int argc, char** argv) { return run_main<Host>(argc, argv); }
