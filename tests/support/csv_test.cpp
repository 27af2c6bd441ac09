// Tables for spreadsheets: what would be a formula is shown instead; numbers stay numbers.
#include "support/text/csv.hpp"

#include <doctest/doctest.h>

namespace csv_test {

TEST_CASE("cells that a spreadsheet would compute are marked as text") {
  CHECK(app::csv_cell("=HYPERLINK(A1)") == "'=HYPERLINK(A1)");
  CHECK(app::csv_cell("=SUM(A1,A2)") == "\"'=SUM(A1,A2)\"");
  CHECK(app::csv_cell("@SUM") == "'@SUM");
  CHECK(app::csv_cell("+49 30 1") == "'+49 30 1");
  CHECK(app::csv_cell("-cmd") == "'-cmd");
  CHECK(app::csv_cell("\t=1") == "'\t=1");
  CHECK(app::csv_cell("-") == "'-");
}

TEST_CASE("numbers and other text stay as they are") {
  for (const char* text : {"-0.25", "+1.5", "-1e-300", "-1e999", "-inf", "1", "", "phantom_0001_1", "a=b", "\u2013"})
    CHECK(app::csv_cell(text) == text);
  CHECK(app::csv_cell("a,b") == "\"a,b\"");
}

TEST_CASE("whole tables are guarded, headers too") {
  CHECK(app::csv({"id", "=x"}, {{"=1+1", "-3"}, {"a", "b"}}) == "id,'=x\n'=1+1,-3\na,b\n");
}

}  // namespace csv_test
