// Passes that are issued again and again, as CUDA graphs.
#pragma once
#include <cstdlib>
#include <span>
#include <vector>

#include "unet/backends/cuda/runtime/context.hpp"

namespace unet::cuda {

/// Makes of a pass's hundreds of launches one. With the environment variable UNET_CUDA_GRAPHS=0 everything is issued one by one.
class Recordings {
 public:
  /// Does what `issue` issues to the context. The first time with a key one by one, which lets the workspace grow; the second time it
  /// is recorded, and from then on `issue` runs without launching anything, for what it does on the host, and the recording is
  /// launched. `key`: the shapes and addresses that may change from call to call; whatever is issued with one key must be the same
  /// each time, and wait for nothing. Throws what `issue` throws, DeviceError, and Error when it issues something else than was
  /// recorded.
  template <class Issue>
  void run(Context& context, std::span<const Index> key, const Issue& issue) {
    if (!enabled()) return issue();
    Recording& recording = find(context, key);
    if (!std::exchange(recording.seen, true)) return issue();
    if (recording.graph)
      repeat(context, recording, issue);
    else
      recording.graph = record(context, recording, issue);
    check(cudaGraphLaunch(recording.graph.get(), context.stream()), "launching a CUDA graph");
  }
  /// To be called when something changes that keys do not tell.
  void clear() { all_.clear(); }

 private:
  /// A full batch and the last one of an epoch, in each of two buffers, twice over.
  static constexpr std::size_t most = 8;

  struct Destroy {
    void operator()(cudaGraph_t graph) const { cudaGraphDestroy(graph); }
    void operator()(cudaGraphExec_t graph) const { cudaGraphExecDestroy(graph); }
  };
  using Graph = std::unique_ptr<std::remove_pointer_t<cudaGraph_t>, Destroy>;
  using Executable = std::unique_ptr<std::remove_pointer_t<cudaGraphExec_t>, Destroy>;

  struct Recording {
    std::vector<Index> key;
    const void* workspace;
    bool seen = false;
    Executable graph;
    Index operations = 0;  ///< launches and copies in it
  };

  static bool enabled() {
    static const char* const variable = std::getenv("UNET_CUDA_GRAPHS");
    return !variable || std::string(variable) != "0";
  }

  Recording& find(const Context& context, std::span<const Index> key) {
    const void* const workspace = context.workspace();
    for (Recording& recording : all_)
      if (recording.workspace == workspace &&
          std::equal(key.begin(), key.end(), recording.key.begin(), recording.key.end()))
        return recording;
    if (all_.size() == most) all_.erase(all_.begin());
    all_.push_back({{key.begin(), key.end()}, workspace, false, nullptr, 0});
    return all_.back();
  }

  template <class Issue>
  static Executable record(Context& context, Recording& recording, const Issue& issue) {
    check(cudaStreamBeginCapture(context.stream(), cudaStreamCaptureModeThreadLocal), "recording a CUDA graph");
    const Index before = context.operations();
    try {
      issue();
    } catch (...) {
      cudaGraph_t part = nullptr;
      cudaStreamEndCapture(context.stream(), &part);
      if (part) cudaGraphDestroy(part);
      cudaGetLastError();
      throw;
    }
    recording.operations = context.operations() - before;
    cudaGraph_t graph = nullptr;
    check(cudaStreamEndCapture(context.stream(), &graph), "recording a CUDA graph");
    const Graph recorded(graph);
    cudaGraphExec_t executable = nullptr;
    check(cudaGraphInstantiate(&executable, graph, 0), "preparing a CUDA graph");
    return Executable(executable);
  }

  template <class Issue>
  static void repeat(Context& context, const Recording& recording, const Issue& issue) {
    const Index before = context.operations();
    {
      const Context::Muted muted(context);
      issue();
    }
    if (context.operations() - before != recording.operations)
      throw Error(
          "a pass issued other work than the one that was recorded as a CUDA graph; set UNET_CUDA_GRAPHS=0, and please "
          "report this");
  }

  std::vector<Recording> all_;
};

}  // namespace unet::cuda
