#include "programs/occlusion/occlusion.hpp"

#include <chrono>
#include <map>

#include "programs/occlusion/files.hpp"
#include "programs/occlusion/findings.hpp"
#include "programs/occlusion/pictures.hpp"
#include "programs/occlusion/tables.hpp"
#include "support/cli/program.hpp"
#include "support/session/comparable.hpp"
#include "support/text/numbers.hpp"
#include "unet/chest/image_choice.hpp"

namespace app {

std::vector<std::string> occlusion_files(const OcclusionProgram& o) {
  std::vector<std::string> names = {"occlusion.csv", "regions.csv", "occlusion.png", "occlusion.partial.csv",
                                    "regions.partial.csv"};
  if (o.all) names.insert(names.end(), {"regions_summary.csv", "regions.svg"});
  return names;
}

namespace {

/// The tables of what is finished so far, now and then while images are computed: an interruption loses little. They have
/// their usual names only when all images are in them.
class FinishedImages {
 public:
  FinishedImages(const std::vector<unet::Record>& records, const ResultFolder& out) : records_(records), out_(out) {}

  void add(OccludedImage image) {
    images_.push_back(std::move(image));
    if (std::chrono::steady_clock::now() - written_ > std::chrono::seconds(60)) write_partial();
  }
  void write_partial() {
    if (images_.empty()) return;
    write(".partial.csv");
    written_ = std::chrono::steady_clock::now();
  }
  void write_all() {
    write(".csv");
    std::error_code trouble;
    for (const char* name : {"occlusion", "regions"})
      std::filesystem::remove(out_ / (std::string(name) + ".partial.csv"), trouble);
  }
  const std::vector<OccludedImage>& images() const { return images_; }

 private:
  void write(const std::string& ending) const {
    out_.write("occlusion" + ending, occlusion_csv(records_, images_));
    out_.write("regions" + ending, regions_csv(records_, images_));
  }

  const std::vector<unet::Record>& records_;
  const ResultFolder& out_;
  std::vector<OccludedImage> images_;
  std::chrono::steady_clock::time_point written_ = std::chrono::steady_clock::now();
};

std::string occlusion_method_text(const Session& session, const OcclusionProgram& o) {
  const unet::OcclusionOptions options = occlusion_options(o, session.data().shape().h);
  const unet::Index side = session.data().shape().h;
  const std::string patch = std::to_string(options.patch), score = o.score == "loss" ? "the training's loss"
                                                                   : o.score == "iou"
                                                                       ? "1 \u2212 IoU"
                                                                       : "the share of pixels whose prediction changes";
  std::string text = "At each position a patch of " + patch + "x" + patch + " of " + std::to_string(side) + "x" +
                     std::to_string(side) + " pixels is replaced (" + o.fill + "; stride " +
                     std::to_string(options.stride);
  if (unet::is_random(options.fill)) text += "; draws of noise: " + std::to_string(o.draws);
  text += "); its importance is how much " + score + (o.score == "prediction" ? " is." : " rises.");
  if (side != 512)
    text += options.patch == scaled_patch(side)
                ? " The patch is the paper's, 14 of 512, scaled with the image (to 4 pixels at least)."
                : " The paper's patch, 14 of 512, scaled (to 4 pixels at least) would have " +
                      std::to_string(scaled_patch(side)) + " here.";
  text +=
      " The net runs with its running statistics, as it always does after training; only then does a pixel reach no "
      "more than its receptive field, which lets the incremental method skip the rest.";
  text +=
      " The lung edge is every pixel within " + counted(unet::boundary_reach(o.edge, side), "pixel") +
      " of the true mask's outline, on both sides; inside and outside are the rest. The bottom third is of each "
      "lung's height. The heart side is the edge that faces the other lung, in the lower half of each lung and above "
      "the diaphragm, on both sides: the heart borders on both lungs. A region's importance is the mean over its "
      "pixels, "
      "each with the mean of the patches that cover it.";
  return text;
}

}  // namespace

void check(const OcclusionProgram& o, const Choices& choices) {
  occlusion_options(o, choices.side);
  if (o.all) choices.images(o.part);
  check_shown(choices, o.ids, o.part);
}

Section run_occlusion(Session& session, const OcclusionProgram& o, const ResultFolder& out) {
  check(o, session.choices());
  const std::vector<ShownImage> choices = images_to_show(session, o.ids, o.part);
  const std::vector<unet::Index> indices = images_to_compute(session, o, choices);
  std::vector<std::string> pictures;
  std::map<unet::Index, std::string> roles;
  for (const ShownImage& choice : choices) {
    std::string& role = roles[choice.image];
    if (role.empty()) pictures.push_back(occlusion_file(session.record(choice.image).id));
    role += (role.empty() || choice.role.empty() ? "" : ", ") + choice.role;
  }
  const ResultFolder checked(out.path(), pictures, session.options().overwrite);

  FinishedImages finished(session.data().records(), out);
  std::map<unet::Index, HeatImage> heat;
  try {
    occlude_images(session, indices, o, [&](OccludedImage image) {
      if (const auto role = roles.find(image.index); role != roles.end()) {
        HeatImage& shown = heat[image.index] = heat_image(session, image, role->second);
        out.write_png(occlusion_file(shown.id), occlusion_picture(shown, o));
      }
      finished.add(std::move(image));
    });
  } catch (const Interrupted&) {
    finished.write_partial();
    throw;
  }
  finished.write_all();
  const std::vector<OccludedImage>& images = finished.images();
  std::vector<HeatImage> shown;
  for (const ShownImage& choice : choices) {
    shown.push_back(heat[choice.image]);
    shown.back().role = choice.role;
  }
  out.write_png("occlusion.png", occlusion_montage(shown, o, 384));

  Section section{"occlusion", "Occlusion: which parts of an image matter", {}};
  section.add(Paragraph{occlusion_method_text(session, o)});
  if (o.ids.empty())
    for (const std::string& group : unet::missing_groups(session.data().records(), session.images(o.part)))
      section.add(Paragraph{"Not shown, because no image is known to belong to it: " + group + "."});
  section.add(
      Figure{"Images with the importance of each position as colours and the outline of the true mask.",
             "Importance of each position, yellow to red: replacing it makes the score worse; turquoise to violet: "
             "better. Line: the true mask. The full colour of each image is written below it; up to 2% of its pixels "
             "may exceed it.",
             "", occlusion_montage(shown, o, 320), "occlusion.png"});
  section.add(images_table(session.data().records(), images, heat.size()));
  if (!o.all) {
    section.add(
        Finding{Finding::Verdict::note,
                "Whether edges matter most is a question about all images, not about these few: --all answers it."});
    return section;
  }

  // The statistics are about the part alone and do not depend on what is shown.
  std::vector<OccludedImage> judged;
  for (const unet::Index image : session.images(o.part))
    judged.push_back(*std::find_if(images.begin(), images.end(), [&](const auto& one) { return one.index == image; }));
  const ImportanceStatistics s =
      importance_statistics(session.data().records(), judged, {o.bootstrap_draws, 0.95, session.seed()});
  const int decimals = importance_decimals(s);
  const std::string chart = regions_svg(s, decimals);
  out.write("regions_summary.csv", regions_summary_csv(s));
  out.write("regions.svg", chart);
  const std::string reason = not_comparable(session);
  section.add(beside_paper(edge_finding(s, decimals), reason));
  section.add(beside_paper(heart_finding(s, decimals), reason));
  section.add(beside_paper(women_finding(s, decimals), reason));
  section.add(Figure{"Mean importance of each region with its interval; the table below has the numbers.",
                     "Mean importance of each region over the images of the part " + o.part + ".",
                     chart,
                     {}});
  section.add(regions_table(s, decimals));
  section.add(comparisons_table(s, decimals));
  return section;
}

}  // namespace app
