// Which instruction set the Cpu backend uses, from environment variable UNET_ISA.
#include "unet/backends/cpu/isa/isa.hpp"

#include <doctest/doctest.h>
#include <stdlib.h>

#include <algorithm>
#include <optional>

namespace isa_test {

using unet::cpu::Isa;

namespace {

/// UNET_ISA during one test.
class IsaVariable {
 public:
  IsaVariable() {
    if (const char* value = ::getenv("UNET_ISA")) before_ = value;
  }
  IsaVariable(const IsaVariable&) = delete;
  IsaVariable& operator=(const IsaVariable&) = delete;
  ~IsaVariable() { before_ ? set(*before_) : unset(); }

  void set(const std::string& value) { ::setenv("UNET_ISA", value.c_str(), 1); }
  void unset() { ::unsetenv("UNET_ISA"); }

 private:
  std::optional<std::string> before_;
};

std::string refusal() {
  try {
    unet::cpu::isa_from_environment();
  } catch (const unet::OptionError& error) {
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("Without UNET_ISA, or with an empty one, the machine's best instruction set that has been measured is used") {
  IsaVariable variable;
  const Isa expected = std::min(unet::cpu::best_isa(), unet::cpu::best_measured_isa);
  variable.unset();
  CHECK(unet::cpu::isa_from_environment() == expected);
  variable.set("");
  CHECK(unet::cpu::isa_from_environment() == expected);
}

TEST_CASE("UNET_ISA forces any instruction set that the machine has, and no other") {
  IsaVariable variable;
  for (const Isa isa : {Isa::portable, Isa::avx2, Isa::avx512, Isa::avx512vnni, Isa::avx512bf16, Isa::amx}) {
    const std::string name = to_string(isa);
    INFO(name);
    variable.set(name);
    if (isa <= unet::cpu::best_isa()) {
      CHECK(unet::cpu::isa_from_environment() == isa);
    } else {
      CHECK(refusal().find("UNET_ISA=" + name + ": this machine can run at most") != std::string::npos);
    }
  }
}

TEST_CASE("An unknown UNET_ISA is refused with its name and the known ones") {
  IsaVariable variable;
  for (const std::string name : {"sse9", "AVX2", "avx", "avx512 ", "1"}) {
    INFO(name);
    variable.set(name);
    const std::string message = refusal();
    CHECK(message.find("UNET_ISA=" + name + " is unknown") != std::string::npos);
    CHECK(message.find("portable, avx2, avx512, avx512vnni, avx512bf16 or amx") != std::string::npos);
  }
}

}  // namespace isa_test
