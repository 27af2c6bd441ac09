// For tests of layers and backends of one's own: needs no test framework.
#pragma once
#include "unet/testing/check_backend.hpp"
#include "unet/testing/check_gradients.hpp"
