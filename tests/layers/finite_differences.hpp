// Lists in doctest what is wrong with the gradients of a layer or net, on the compiled reference backend.
#pragma once
#include <doctest/doctest.h>

#include "../compiled_backends.hpp"
#include "run_layer.hpp"
#include "unet/testing/check_gradients.hpp"

using unet::testing::random_map;
using unet::testing::random_values;

/// See unet::testing::check_gradients.
template <class L, class... Operands>
void check_gradients(Operands&&... operands) {
  const auto wrong = unet::testing::check_gradients<L, Double>(std::forward<Operands>(operands)...);
  for (const std::string& text : wrong) FAIL_CHECK(text);
  CHECK(wrong.empty());
}
