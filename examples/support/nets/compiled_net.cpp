#include "support/nets/compiled_net.hpp"

#include "support/nets/cuda/net_on_cuda.hpp"
#include "support/nets/nets.hpp"
#include "support/nets/weights_file.hpp"
#include "unet/backends/cpu/isa/isa.hpp"
#include "unet/models/load.hpp"

namespace app {

const CompiledNet& compiled_net(const std::string& net, const BackendChoice& backend) {
  if (net != "paper" && net != "small") throw unet::OptionError("unknown net '" + net + "'; use paper or small");
  if (backend.precision != "fp32" && backend.precision != "bf16")
    throw unet::OptionError("unknown precision '" + backend.precision + "'; use fp32 or bf16");
  if (backend.device != 0 && backend.name != "cuda")
    throw unet::OptionError("--device chooses among CUDA devices; backend '" + backend.name + "' has none");
  const bool paper = net == "paper", narrow = backend.precision == "bf16";
  if (backend.name == "cpu") {
    unet::cpu::current_isa();  // throws when UNET_ISA is wrong: now, before anything is written
    if (narrow) return paper ? paper_on_cpu_bf16() : small_on_cpu_bf16();
    return paper ? paper_on_cpu() : small_on_cpu();
  }
  if (backend.name == "eigen") {
    if (narrow)
      throw unet::OptionError("backend 'eigen' has no precision bf16 in this program; use --backend cpu, or fp32");
    return paper ? paper_on_eigen() : small_on_eigen();
  }
  if (backend.name == "cuda") return net_on_cuda(paper, narrow, backend.device);
  throw unet::OptionError("unknown backend '" + backend.name + "'; use cpu, cuda or eigen");
}

std::string net_name(const unet::SafetensorsReader& file) {
  const unet::NetDescription net = unet::identify_net(file);
  if (net == unet::description_of<PaperNet>) return "paper";
  if (net == unet::description_of<SmallNet>) return "small";
  throw unet::FileError(file.path().string() + ": it holds a " + unet::to_string(net) +
                        ", which this program was not built with; it knows " +
                        unet::to_string(unet::description_of<PaperNet>) + " and " +
                        unet::to_string(unet::description_of<SmallNet>));
}

std::unique_ptr<TrainedModel> load_trained_model(const std::filesystem::path& path, const BackendChoice& backend) {
  const unet::SafetensorsReader file = open_weights(path);
  return compiled_net(net_name(file), backend).load(file);
}

}  // namespace app
