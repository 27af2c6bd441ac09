#include "programs/feature_maps/feature_maps.hpp"

#include "programs/feature_maps/findings.hpp"
#include "programs/feature_maps/tables.hpp"
#include "support/cli/program.hpp"
#include "support/session/comparable.hpp"
#include "support/text/numbers.hpp"
#include "unet/chest/image_choice.hpp"
#include "unet/imaging/boundary.hpp"

namespace app {

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

namespace {

void check_layers(const std::vector<std::string>& known, const std::vector<std::string>& wanted) {
  for (const std::string& layer : wanted)
    if (std::find(known.begin(), known.end(), layer) == known.end())
      throw unet::OptionError("unknown layer '" + layer + "'; this net has " + joined(known));
}

std::string method_text(const FeatureNumbers& numbers, const FeatureMapsOptions& options) {
  const std::string side = std::to_string(figure_side);
  const unet::Index reach = unet::boundary_reach(options.boundary, figure_side);
  return "Each map is the mean over the channels of a block's normalised output, scaled to " + side + "x" + side +
         " and from its lowest value (0) to its highest (1). The boundary is every pixel within " +
         counted(reach, "pixel") +
         " of the true mask's edge, on both sides, in maps of that size. A map marks the share " +
         "of its pixels with the highest (or lowest) values; the share and which of the two are those with the best "
         "mean " +
         "Dice on the " + std::to_string(numbers.chosen_on.size()) + " images of the " + numbers.chosen_part +
         " part. By edges: the same with how steep the map is at most within the boundary's half width. Chance is the "
         "best that a map without "
         "information reaches, \"everything is boundary\"; the usual "
         "place is "
         "the mean of the training images' boundaries, used like a map; the limit of the size is the boundary "
         "itself, " +
         "averaged to the block's height and width. Effective rank: exp of the entropy of the eigenvalues of the " +
         "channels' correlation matrix (Roy and Vetterli 2007). Zeros: share of a channel's pixels that its ReLU cut "
         "off.";
}

}  // namespace

std::vector<std::string> feature_maps_files(const FeatureMapsOptions& options) {
  std::vector<std::string> names = {"feature_maps.png", "shown.csv", "mean_maps.csv", "blocks.csv", "channels.csv"};
  for (const std::string& layer : options.channels) names.push_back("channels_" + layer + ".png");
  return names;
}

void check(const FeatureMapsOptions& options, const Choices& choices) {
  check_layers(choices.layers, options.channels);
  unet::boundary_reach(options.boundary, figure_side);
  if (!(options.redundant >= 0 && options.redundant <= 1))
    throw unet::OptionError("--redundant " + exact(options.redundant) + "; use a correlation from 0 to 1");
  check_shown(choices, options.ids, options.part);
}

Section run_feature_maps(Session& session, const FeatureMapsOptions& options, const ResultFolder& out) {
  check(options, session.choices());
  const std::vector<ShownImage> shown = images_to_show(session, options.ids, options.part);
  const FeatureNumbers numbers = measure(session, options);
  const std::vector<JudgedMap> judged = judge_all(numbers, session.seed());

  std::vector<MapRow> rows;
  for (const ShownImage& image : shown) {
    stop_if_interrupted();
    rows.push_back(map_row(session, image));
  }
  out.write_png("feature_maps.png", feature_montage(rows, numbers.blocks, numbers.shapes, figure_side));
  out.write("shown.csv", shown_csv(rows));
  out.write("mean_maps.csv", mean_maps_csv(numbers, session));
  out.write("blocks.csv", blocks_csv(numbers, judged));
  out.write("channels.csv", channels_csv(numbers));
  if (!options.channels.empty()) {
    const auto maps = finite_outputs(session, options.channels, session.sample(shown[0].image).image.view());
    for (std::size_t i = 0; i < maps.size(); ++i)
      out.write_png("channels_" + options.channels[i] + ".png",
                    channel_sheet(maps[i], options.channels[i], rows[0].id));
  }

  Section section{"feature-maps", "Feature maps of all blocks", {}};
  section.add(Paragraph{method_text(numbers, options)});
  if (options.ids.empty()) {
    const auto missing = unet::missing_groups(session.data().records(), session.images(options.part));
    if (!missing.empty())
      section.add(Finding{Finding::Verdict::note,
                          "Not shown, because no image is known to belong to it: " + joined(missing) + "."});
  }
  Figure figure;
  figure.alt = "Mean feature maps of " + joined(numbers.blocks) + " for " + std::to_string(rows.size()) +
               " images, beside input, true mask and prediction.";
  figure.caption = "Mean map of each block. Rows: best and worst images by IoU, or those that were asked for.";
  figure.picture = feature_montage(rows, numbers.blocks, numbers.shapes, figure_side / 2);
  figure.file = "feature_maps.png";
  section.add(std::move(figure));
  section.add(beside_paper(boundary_finding(numbers, options.part, session.seed()), not_comparable(session)));
  section.add(region_finding(numbers));
  section.add(encoder_finding(numbers, session.seed()));
  section.add(boundary_table(numbers, judged, options.part));
  section.add(redundancy_finding(numbers, options.redundant));
  section.add(channel_table(numbers, options.redundant, options.part));
  return section;
}

}  // namespace app
