// Lists in doctest what unet/testing finds, with a reference that is compiled once. Builds with sanitizers, which are slow,
// draw fewer cases.
#pragma once
#include <doctest/doctest.h>

#include "../compiled_backends.hpp"
#include "unet/testing/check_backend.hpp"

template <class B>
void check_conformance(unet::testing::CheckOptions options = {}) {
  options.share *= UNET_CONFORMANCE_SHARE;
  const auto failures = unet::testing::check_backend<B, Double>(options);
  for (const auto& failure : failures) FAIL_CHECK(to_string(failure));
  CHECK(failures.empty());
}
