// The networks and backends that the programs know by name.
#pragma once
#include <string>

#include "unet/unet.hpp"

namespace app {

using PaperNet = unet::UNet<1, 1, 32, 4>;  ///< the study's, 7,765,409 parameters
using SmallNet = unet::UNet<1, 1, 8, 4>;   ///< the same with a quarter of the channels

/// Stands for a type where a function argument is needed.
template <class T>
struct Type {
  using type = T;
};

/// Calls f(Type<Net>) for the net of that name. Throws OptionError for any other name.
template <class F>
auto with_net(const std::string& name, const F& f) {
  if (name == "paper") return f(Type<PaperNet>{});
  if (name == "small") return f(Type<SmallNet>{});
  throw unet::OptionError("unknown net '" + name + "'; use paper or small");
}

/// Name of the net that a weights file holds. Throws FileError when it is none of those above.
inline std::string net_name(const unet::SafetensorsReader& file) {
  const unet::NetDescription net = unet::identify_net(file);
  if (net == unet::description_of<PaperNet>) return "paper";
  if (net == unet::description_of<SmallNet>) return "small";
  throw unet::FileError(file.path().string() + ": it holds a " + unet::to_string(net) +
                        ", which this program was not built with; it knows " +
                        unet::to_string(unet::description_of<PaperNet>) + " and " +
                        unet::to_string(unet::description_of<SmallNet>));
}

/// Calls f(Type<Backend>) for the backend of that name. Throws OptionError for any other name: nothing falls back silently.
template <class F>
auto with_backend(const std::string& name, const F& f) {
  if (name == "cpu") {
    unet::cpu::current_isa();  // throws when UNET_ISA is wrong: now, before anything is written
    return f(Type<unet::Cpu<float>>{});
  }
  if (name == "eigen") return f(Type<unet::EigenBackend<float>>{});
  if (name == "cuda") throw unet::OptionError("backend 'cuda' is not built into this program; use cpu or eigen");
  throw unet::OptionError("unknown backend '" + name + "'; use cpu or eigen");
}

}  // namespace app
