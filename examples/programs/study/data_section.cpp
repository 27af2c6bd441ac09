#include "programs/study/data_section.hpp"

#include "support/session/paper.hpp"
#include "support/text/numbers.hpp"

namespace app {

Section data_section(const Session& session) {
  Section section{"data", "Data", {}};
  const auto images = static_cast<double>(session.data().size());
  const auto share = [](double part, double whole) { return fixed(100 * part / whole, 1) + "%"; };
  Table split{
      "Images of each part, beside the paper's Table 1", {"part", "images", "share", "paper", "paper's share"}, {}};
  for (const unet::Part part : unet::all_parts) {
    const auto here = static_cast<double>(session.split()[part].size());
    const int papers = paper::parts[static_cast<std::size_t>(part)];
    split.rows.push_back({unet::to_string(part), fixed(here, 0), share(here, images), std::to_string(papers),
                          share(papers, paper::images)});
  }
  const auto left_out = static_cast<double>(session.data().size() - session.split().size());
  if (left_out > 0) split.rows.push_back({"in no part", fixed(left_out, 0), share(left_out, images), "0", share(0, 1)});
  split.rows.push_back({"all", fixed(images, 0), share(1, 1), std::to_string(paper::images), share(1, 1)});
  section.add(split);

  int sex = 0, age = 0, finding = 0;
  for (const unet::Record& record : session.data().records()) {
    sex += record.sex != unet::Sex::unknown;
    age += record.age >= 0;
    finding += record.abnormal.has_value();
  }
  const unet::Shape shape = session.data().shape();
  const std::string papers_size = std::to_string(DataOptions{}.size);  // the default is the paper's
  section.add(Table{
      "The images",
      {"", "here", "paper"},
      {{"data", session.data_name() == "phantom" ? "phantom (synthetic)" : session.data_name(),
        "Shenzhen chest X-rays"},
       {"image size", std::to_string(shape.h) + " x " + std::to_string(shape.w), papers_size + " x " + papers_size},
       {"pos_weight: background / lung pixels of the training masks", fixed(session.pos_weight(), 2),
        fixed(paper::pos_weight, 2)},
       {"images with known sex", std::to_string(sex), std::to_string(paper::images)},
       {"images with known age", std::to_string(age), "not known here"},
       {"images with known finding", std::to_string(finding), std::to_string(paper::images)}},
      3});
  return section;
}

}  // namespace app
