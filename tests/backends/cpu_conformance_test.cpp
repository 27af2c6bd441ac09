// Cpu<float>, in the instruction set that UNET_ISA names.
#include "unet/backends/cpu/cpu.hpp"

#include <cstdio>
#include <cstdlib>

#include "conformance.hpp"

namespace {

/// Ends the program when the machine lacks that instruction set; CTest knows the message and reports a skipped test.
[[maybe_unused]] const bool runnable = [] {
  try {
    unet::cpu::current_isa();
  } catch (const unet::OptionError& error) {
    std::puts(error.what());
    std::exit(1);
  }
  return true;
}();

}  // namespace

TEST_CASE_TEMPLATE_INVOKE(conformance, unet::Cpu<float>);
