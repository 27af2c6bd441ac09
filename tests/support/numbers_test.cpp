// Numbers as readers see them.
#include "support/text/numbers.hpp"

#include <doctest/doctest.h>

namespace numbers_test {

TEST_CASE("one of a thing, and several") {
  CHECK(app::counted(1, "pixel") == "1 pixel");
  CHECK(app::counted(0, "pixel") == "0 pixels");
  CHECK(app::counted(1024, "pixel") == "1,024 pixels");
}

}  // namespace numbers_test
