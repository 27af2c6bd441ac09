// bench/network on an NVIDIA GPU, with the same arguments; the number of threads means nothing. Memory is the device's that a
// training or a model takes, without the runtime's own. Times of operations are the device's, by events in its stream.
#include "../network/run.hpp"
#include "unet/backends/cuda/cuda.hpp"

namespace {

/// The first GPU.
struct Device {
  template <class T>
  using Backend = unet::Cuda<T>;

  /// Marks in the stream, which are read when all is done: nothing waits in between.
  struct Stopwatch {
    struct Interval {
      cudaEvent_t begin, end;
      OperationTime* to;
    };
    static std::vector<Interval>& intervals() {
      static std::vector<Interval> all;
      return all;
    }
    static cudaEvent_t mark(const unet::cuda::Context& context) {
      cudaEvent_t event{};
      unet::cuda::check(cudaEventCreate(&event), "creating a CUDA event");
      unet::cuda::check(cudaEventRecord(event, context.stream()), "recording a CUDA event");
      return event;
    }
    template <class Call>
    static void time(unet::cuda::Context& context, OperationTime& to, const Call& call) {
      const cudaEvent_t begin = mark(context);
      call();
      intervals().push_back({begin, mark(context), &to});
    }
    static void read() {
      for (const auto& [begin, end, to] : intervals()) {
        float milliseconds = 0;
        unet::cuda::check(cudaEventSynchronize(end), "waiting for a CUDA event");
        unet::cuda::check(cudaEventElapsedTime(&milliseconds, begin, end), "reading a CUDA event");
        to->seconds += static_cast<double>(milliseconds) * 1e-3;
        cudaEventDestroy(begin);
        cudaEventDestroy(end);
      }
      intervals().clear();
    }
  };

  static std::string name() {
    unet::cuda::enter_device();
    cudaDeviceProp properties{};
    unet::cuda::check(cudaGetDeviceProperties(&properties, 0), "asking for the device's properties");
    return properties.name;
  }
  static unet::Index& free_at_first() {
    static unet::Index bytes = 0;
    return bytes;
  }
  static void begin(const Configuration&) { free_at_first() = unet::cuda::free_bytes(); }
  static double megabytes() { return static_cast<double>(free_at_first() - unet::cuda::free_bytes()) / 1e6; }
  /// What reads the results measures these by other means.
  static Ceilings ceilings() { return {}; }
};

}  // namespace

int main(int argc, char** argv) { return run_main<Device>(argc, argv); }
