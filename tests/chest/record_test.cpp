// Sex, age and finding from tables and clinical readings.
#include "unet/chest/records.hpp"

#include "../data/files.hpp"
#include "unet/data/image_pairs.hpp"

namespace record_test {

using namespace unet;
using namespace test;

TEST_CASE("sex, age and abnormality from texts") {
  CHECK(parse_sex("Female ") == Sex::female);
  CHECK(parse_sex(" MALE") == Sex::male);
  CHECK(parse_sex("f") == Sex::female);
  CHECK(parse_sex("") == Sex::unknown);
  CHECK(parse_sex("other") == Sex::unknown);
  CHECK(parse_age("45") == 45);
  CHECK(parse_age(" 45yrs") == 45);
  CHECK(parse_age("8 months") == 0);
  CHECK(parse_age("30 Months") == 2);
  CHECK_FALSE(parse_age("old").has_value());
  CHECK_FALSE(parse_age("-3").has_value());
  CHECK_FALSE(parse_age("999").has_value());
  CHECK_FALSE(parse_age("99999999999999").has_value());
  CHECK(parse_abnormal("CHNCXR_0001_0", "left PTB") == false);  // the id decides
  CHECK(parse_abnormal("CHNCXR_0327_1", "") == true);
  CHECK(parse_abnormal("scan_1", "normal ") == false);
  CHECK(parse_abnormal("scan_1", "nodule") == true);
  CHECK_FALSE(parse_abnormal("scan_1", "").has_value());
  CHECK_FALSE(parse_abnormal("1", "").has_value());
}

TEST_CASE("metadata table") {
  TemporaryFolder folder;
  write(folder / "m.csv", std::string("study_id,sex,age,findings\n"
                                      "CHNCXR_0001_0.png,Male,45,normal\n"
                                      "CHNCXR_0327_1,Female ,,\"PTB, right\"\n"
                                      "x,unknown,unknown,\n"));
  const auto records = read_metadata(folder / "m.csv");
  REQUIRE(records.size() == 3);
  const Record& a = records.at("CHNCXR_0001_0");
  CHECK(a.id == "CHNCXR_0001_0");
  CHECK(a.sex == Sex::male);
  CHECK(a.age == 45);
  CHECK(a.abnormal == false);
  CHECK(a.finding == "normal");
  const Record& b = records.at("CHNCXR_0327_1");
  CHECK(b.sex == Sex::female);
  CHECK(b.age == -1);
  CHECK(b.abnormal == true);
  CHECK(b.finding == "PTB, right");
  CHECK(records.at("x").sex == Sex::unknown);

  const auto trouble = [&](const std::string& rows) {
    write(folder / "m.csv", "study_id,sex,age,findings\n" + rows);
    return message_of<FileError>([&] { read_metadata(folder / "m.csv"); });
  };
  CHECK(contains(trouble("a,male,old,\n"), "line 2: age 'old'"));
  CHECK(contains(trouble("a,male,1,\na.png,male,1,\n"), "line 3: study_id 'a' is there twice"));
  CHECK(contains(trouble(",male,1,\n"), "line 2: study_id is empty"));
  write(folder / "m.csv", std::string("id,sex\n"));
  CHECK(contains(message_of<FileError>([&] { read_metadata(folder / "m.csv"); }), "no column 'study_id'"));
}

TEST_CASE("clinical readings of the original distribution") {
  TemporaryFolder folder;
  const auto read = [&](const std::string& text) {
    write(folder / "CHNCXR_0400_1.txt", text);
    return read_clinical_reading(folder / "CHNCXR_0400_1.txt");
  };
  Record r = read("male 45yrs\r\nright PTB,\r\n  with  effusion \r\n");
  CHECK(r.id == "CHNCXR_0400_1");
  CHECK(r.sex == Sex::male);
  CHECK(r.age == 45);
  CHECK(r.abnormal == true);
  CHECK(r.finding == "right PTB, with effusion");
  r = read("Female, 8 months\nnormal");
  CHECK(r.sex == Sex::female);
  CHECK(r.age == 0);
  r = read("female30yrs");
  CHECK(r.sex == Sex::female);
  CHECK(r.age == 30);
  CHECK(r.finding == "");
  r = read("");
  CHECK(r.sex == Sex::unknown);
  CHECK(r.age == -1);
}

TEST_CASE("records from the table or from clinical readings, else from the id") {
  TemporaryFolder folder;
  for (const char* id : {"CHNCXR_0001_0", "CHNCXR_0400_1"}) {
    write(folder / "CXR_png" / (std::string(id) + ".png"), flat_png(4, 4, 1));
    write(folder / "mask" / (std::string(id) + "_mask.png"), flat_png(4, 4, 255));
  }
  const auto records = [&] { return read_records(folder.path, find_image_pairs(folder.path).ids); };
  CHECK(records()[1].abnormal == true);
  CHECK(records()[1].age == -1);

  write(folder / "ClinicalReadings" / "CHNCXR_0400_1.txt", std::string("female 33yrs\nleft PTB\n"));
  const std::vector<Record> readings = records();
  CHECK(readings[1].sex == Sex::female);
  CHECK(readings[1].age == 33);
  CHECK(readings[1].finding == "left PTB");
  CHECK(readings[0].sex == Sex::unknown);

  write(folder / "shenzhen_metadata.csv", std::string("study_id,sex,age,findings\nCHNCXR_0001_0.png,Male,7,normal\n"));
  const std::vector<Record> table = records();
  CHECK(table[0].id == "CHNCXR_0001_0");
  CHECK(table[0].sex == Sex::male);
  CHECK(table[0].age == 7);

  write(folder / "shenzhen_metadata.csv", std::string("id,gender\n"));
  CHECK(contains(message_of<FileError>([&] { records(); }), "no column 'study_id'"));
}

}  // namespace record_test
