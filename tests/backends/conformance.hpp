// Lists in doctest what unet/testing finds.
#pragma once
#include <doctest/doctest.h>

#include "unet/testing/check_backend.hpp"

template <class B>
void check_conformance(const unet::testing::CheckOptions& options = {}) {
  const auto failures = unet::testing::check_backend<B>(options);
  for (const auto& failure : failures) FAIL_CHECK(to_string(failure));
  CHECK(failures.empty());
}
