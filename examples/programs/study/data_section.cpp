#include "programs/study/data_section.hpp"

#include "support/session/comparable.hpp"
#include "support/session/paper.hpp"
#include "support/text/numbers.hpp"

namespace app {

Section data_section(const Session& session) {
  Section section{"data", "Data", {}};
  const auto images = static_cast<double>(session.data().size());
  const auto share = [](double part, double whole) { return fixed(100 * part / whole, 1) + "%"; };
  const bool with_paper = are_papers_images(session.data());
  Table split{"Images of each part", {"part", "images", "share"}, {}};
  const auto add = [&](const std::string& name, double here, int papers) {
    split.rows.push_back({name, fixed(here, 0), share(here, images)});
    if (with_paper)
      split.rows.back().insert(split.rows.back().end(), {std::to_string(papers), share(papers, paper::images)});
  };
  if (with_paper) {
    split.caption += ", beside the paper's Table 1";
    split.header.insert(split.header.end(), {"paper", "paper's share"});
  }
  for (const unet::Part part : unet::all_parts)
    add(unet::to_string(part), static_cast<double>(session.split()[part].size()),
        paper::parts[static_cast<std::size_t>(part)]);
  const auto left_out = static_cast<double>(session.data().size() - session.split().size());
  if (left_out > 0) add("in no part", left_out, 0);
  add("all", images, paper::images);
  section.add(split);

  int sex = 0, age = 0, finding = 0;
  for (const unet::Record& record : session.data().records()) {
    sex += record.sex != unet::Sex::unknown;
    age += record.age >= 0;
    finding += record.abnormal.has_value();
  }
  const unet::Shape shape = session.data().shape();
  const std::string papers_size = std::to_string(DataOptions{}.size);  // the default is the paper's
  section.add(beside_paper(
      Table{
          "The images",
          {"", "here", "paper"},
          {{"data", session.data_name() == "phantom" ? "phantom (synthetic)" : session.data_name(),
            "Shenzhen chest X-rays"},
           {"image size", std::to_string(shape.h) + " x " + std::to_string(shape.w), papers_size + " x " + papers_size},
           {"pos_weight: background / lung pixels of the training masks", fixed(session.pos_weight(), 2),
            fixed(paper::pos_weight, 2)},
           {"images with known sex", std::to_string(sex), std::to_string(paper::images)},
           {"images with known age", std::to_string(age), "not stated"},
           {"images with known finding", std::to_string(finding), std::to_string(paper::images)}},
          3},
      session.data()));
  return section;
}

}  // namespace app
