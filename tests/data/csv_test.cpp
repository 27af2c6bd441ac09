// Tables: quotes, line ends, blanks, and the line numbers of mistakes.
#include "unet/data/csv.hpp"

#include <chrono>

#include "files.hpp"

namespace csv_test {

using namespace unet;
using namespace test;

TEST_CASE("quotes, byte order mark, CRLF, blanks, empty lines, columns in any order and case") {
  TemporaryFolder folder;
  write(folder / "a.csv", std::string("\xEF\xBB\xBF"
                                      "Finding, ID ,age\r\n"
                                      "\"a, \"\"b\"\"\nc\",  x 1 ,\r\n"
                                      "\r\n"
                                      "plain,\" y \" ,7"));
  const CsvTable table(folder / "a.csv", {"id", "finding"});
  REQUIRE(table.rows() == 2);
  CHECK(table.at(0, "finding") == "a, \"b\"\nc");
  CHECK(table.at(0, "id") == "x 1");
  CHECK(table.at(0, "age") == "");
  CHECK(table.at(1, "ID") == " y ");
  CHECK(table.at(1, "age") == "7");
  CHECK(table.line(0) == 2);
  CHECK(table.line(1) == 5);
  CHECK(table.has("Age"));
  CHECK_FALSE(table.has("sex"));
  CHECK_THROWS_AS(table.at(0, "sex"), OptionError);
  CHECK(contains(table.row_error(1, "trouble").what(), "a.csv, line 5: trouble"));
}

TEST_CASE("fields survive writing and reading") {
  TemporaryFolder folder;
  const std::vector<std::string> fields{"plain", "a,b", "say \"hi\"", " blanks ", "two\nlines", ""};
  CHECK(csv_field("plain") == "plain");
  CHECK(csv_field("a,b") == "\"a,b\"");
  std::string text = "a,b,c,d,e,f\n";
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (i > 0) text += ',';
    text += csv_field(fields[i]);
  }
  write(folder / "a.csv", text + "\n");
  const CsvTable table(folder / "a.csv");
  for (std::size_t i = 0; i < fields.size(); ++i) CHECK(table.at(0, std::string(1, "abcdef"[i])) == fields[i]);
}

TEST_CASE("a table of many columns is read in a time that grows as they do") {
  TemporaryFolder folder;
  constexpr std::size_t columns = 50'000;
  std::string names, values;
  for (std::size_t i = 0; i < columns; ++i) {
    names += (i ? ",c" : "c") + std::to_string(i);
    values += (i ? "," : "") + std::to_string(i);
  }
  write(folder / "a.csv", names + "\n" + values + "\n");
  const auto start = std::chrono::steady_clock::now();
  const CsvTable table(folder / "a.csv", {"c0", "c49999"});
  CHECK(table.at(0, "c49999") == "49999");
  // A tenth of that is enough, and comparing all names with each other takes ten times as long.
  CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(3));
}

TEST_CASE("mistakes are named with their line") {
  TemporaryFolder folder;
  const auto trouble = [&](const std::string& text) {
    write(folder / "a.csv", text);
    return message_of<FileError>([&] { CsvTable(folder / "a.csv", {"id", "part"}); });
  };
  CHECK(contains(trouble("id;part\na;train\n"), "line 1: no column 'id'"));
  CHECK(contains(trouble("id,name\na,b\n"), "no column 'part' (found: id,name)"));
  CHECK(contains(trouble("id,part\na,train\nb\n"), "line 3: 1 fields where the header has 2"));
  CHECK(contains(trouble("id,part\na,b,c\n"), "line 2: 3 fields"));
  CHECK(contains(trouble("id,part\na,\"train\nb,train\n"), "line 2: a quote is opened and never closed"));
  CHECK(contains(trouble("id,part\n\"a\"x,train\n"), "line 2: text after a closing quote"));
  CHECK(contains(trouble("id,part,ID\n"), "twice"));
  CHECK(contains(trouble(""), "no header line"));
  CHECK(contains(trouble(std::string("id,part\na,\0b\n", 13)), "binary"));
  CHECK(contains(message_of<FileError>([&] { CsvTable(folder / "none.csv"); }), "no such file"));
}

}  // namespace csv_test
