// What is known about patients: texts of clinical readings ("male 45yrs"), and tables of metadata.
#include <vector>

#include "input_folder.hpp"
#include "unet/chest/records.hpp"

namespace {

void check(const unet::Record& record) {
  fuzz::require(record.age >= -1 && record.age <= 150, "an impossible age");
  fuzz::require(unet::trim(record.finding) == record.finding, "a finding with blanks at its ends");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = fuzz::text_of(data, size);
  const unet::Sex sex = unet::parse_sex(text);
  fuzz::require(std::string_view(unet::to_string(sex)).size() >= 4, "a sex without a name");
  if (const auto age = unet::parse_age(text)) fuzz::require(*age >= 0 && *age <= 150, "an impossible age");
  unet::parse_abnormal(text, text);

  const auto path = fuzz::input_folder().write("CHNCXR_0001_0.txt", text);
  fuzz::accepts([&] {
    const unet::Record record = unet::read_clinical_reading(path);
    check(record);
    fuzz::require(record.abnormal == false, "the id says normal");
  });
  fuzz::accepts([&] {
    for (const auto& [id, record] : unet::read_metadata(path)) {
      fuzz::require(!id.empty() && id == record.id, "a record without its id");
      fuzz::require(record.age >= -1 && record.age <= 150, "an impossible age");
    }
  });
  return 0;
}
