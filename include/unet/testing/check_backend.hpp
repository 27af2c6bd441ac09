// The conformance suite: every operation of a backend against a reference.
#pragma once
#include "unet/core/error.hpp"
#include "unet/testing/table.hpp"

namespace unet::testing {

/// Runs the checks of backend B and returns what is wrong with it; nothing, if nothing is. Needs no test framework. In doctest:
///
///   TEST_CASE("my backend") {
///     for (const auto& failure : unet::testing::check_backend<MyBackend>()) FAIL_CHECK(to_string(failure));
///   }
///
/// and in a program of its own:
///
///   const auto failures = unet::testing::check_backend<MyBackend>({.only = {"conv3x3_forward"}});
///   for (const auto& failure : failures) std::puts(to_string(failure).c_str());
///   return failures.empty() ? 0 : 1;
///
/// Operands are drawn at random, always the same ones: odd and even shapes, one or two concatenated inputs, pending
/// normalisation, windows of larger maps amid numbers that must not be read or written. Numbers must be within Tolerance<B> of
/// the reference's, have the same bits at any number of threads and in any rectangle that pixel_alignment allows; what is not
/// a number must stay so. Everything goes through B's own memory and copies, so the host need not be able to read it.
/// Throws OptionError when `only` names no check.
template <InferenceBackend B, Backend Reference = EigenBackend<double>>
std::vector<Failure> check_backend(const CheckOptions& options = {}) {
  Checker checker(options);
  bool any = false;
  for (const Check& check : checks_of<B, Reference>()) {
    const auto wanted = [&](const std::string& part) { return check.full_name().find(part) != std::string::npos; };
    if (!options.only.empty() && std::none_of(options.only.begin(), options.only.end(), wanted)) continue;
    any = true;
    checker.begin(check.operation, check.name);
    check.run(checker);
  }
  if (!any) throw OptionError("check_backend: no check has a name like that; checks_of<B>() lists them");
  return std::move(checker.failures());
}

}  // namespace unet::testing
