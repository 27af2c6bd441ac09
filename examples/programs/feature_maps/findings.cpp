#include "programs/feature_maps/findings.hpp"

#include <algorithm>
#include <vector>

#include "support/text/numbers.hpp"

namespace app {

std::string images_of(const FeatureNumbers& numbers, const std::string& part) {
  return std::to_string(numbers.judged_on.size()) + (part == "all" ? "" : " " + part) + " images";
}

std::string with_interval(const MeanWithInterval& value, int decimals) {
  std::string text = fixed(value.mean, decimals);
  if (value.interval)
    text += " (" + fixed(value.interval->low, decimals) + " to " + fixed(value.interval->high, decimals) + ")";
  return text;
}

namespace {

/// One way to see the boundary in a map: by its values or by its own edges.
struct Reading {
  std::string name;
  const Marks* marks;
};

void add_readings(std::vector<Reading>& readings, const MarkedBy& by) {
  readings.push_back({by.name, &by.marks.boundary});
  if (!by.edges.dice.empty()) readings.push_back({"the edges of " + by.name, &by.edges});
}

/// Of all blocks whose name begins so.
std::vector<Reading> readings_of(const FeatureNumbers& numbers, const std::string& beginning) {
  std::vector<Reading> readings;
  for (const MarkedBy& block : numbers.marking.blocks())
    if (block.name.starts_with(beginning)) add_readings(readings, block);
  return readings;
}

/// The reading that was best where thresholds were chosen: choosing it by the images that it is judged on would flatter it.
const Reading& best_reading(const std::vector<Reading>& readings) {
  return *std::max_element(readings.begin(), readings.end(), [](const Reading& a, const Reading& b) {
    return a.marks->threshold.dice < b.marks->threshold.dice;
  });
}

/// What can be had without the net: the usual place, the image's brightness and edges.
std::vector<Reading> control_readings(const FeatureNumbers& numbers) {
  std::vector<Reading> readings = {
      {"knowing only where boundaries usually are", &numbers.marking.position().marks.boundary}};
  add_readings(readings, numbers.marking.image());
  return readings;
}

}  // namespace

Finding boundary_finding(const FeatureNumbers& numbers, const std::string& part, std::uint64_t seed) {
  const std::vector<Reading> decoder = readings_of(numbers, "decoder"), controls = control_readings(numbers);
  const Reading& control = best_reading(controls);
  const std::vector<double>& chance = numbers.marking.chance(Region::boundary);
  const double level = 1 - 0.05 / static_cast<double>(decoder.size());
  const auto beyond = [&](const Reading& reading, const std::vector<double>& than) {
    const auto difference = mean_with_interval(differences(reading.marks->dice, than), seed, level);
    if (!difference.interval) return 0;
    return difference.interval->low > 0 ? 1 : difference.interval->high < 0 ? -1 : 0;
  };
  std::string better;
  std::size_t better_count = 0, worse_count = 0, above_chance_count = 0;
  for (const Reading& reading : decoder) {
    above_chance_count += beyond(reading, chance) > 0;
    worse_count += beyond(reading, control.marks->dice) < 0;
    if (beyond(reading, control.marks->dice) > 0) better += (better_count++ ? ", " : "") + reading.name;
  }
  using Verdict = Finding::Verdict;
  const Verdict verdict = better_count > 0                ? Verdict::supported
                          : worse_count == decoder.size() ? Verdict::not_supported
                                                          : Verdict::unclear;
  const Reading& best = best_reading(decoder);
  const auto dice = [&](const std::vector<double>& values) { return with_interval(mean_with_interval(values, seed)); };
  const std::string of = " of " + std::to_string(decoder.size());
  std::string text = "The decoder finds the boundaries of the lungs. On " + images_of(numbers, part) +
                     " the decoder's best mean map (" + best.name + ") reaches a Dice of " + dice(best.marks->dice) +
                     " with the lung boundary. The best without the net (" + control.name + ") reaches " +
                     dice(control.marks->dice) + ", chance " + fixed(mean_with_interval(chance, seed).mean, 3) +
                     ". By their values or by their own edges, " + std::to_string(above_chance_count) + of +
                     " readings of decoder blocks are better than chance and " + std::to_string(better_count) + of +
                     " better than the best without the net" + (better_count ? " (" + better + ")" : "") +
                     ", with intervals that hold for all of them together";
  if (chance.size() < unet::smallest_bootstrap_group) text += "; too few images for an interval";
  return {verdict, text};
}

Finding region_finding(const FeatureNumbers& numbers) {
  const Marking& m = numbers.marking;
  std::string text =
      "On a scale from chance (0) to perfect (1), mean maps mark the boundary (by values or edges, whichever "
      "was better where thresholds were chosen) / the lungs themselves: ";
  std::size_t lungs = 0, blocks = 0;
  for (const MarkedBy& block : m.blocks()) {
    if (!block.name.starts_with("decoder")) continue;
    const auto readings = readings_of(numbers, block.name);
    const double edge = above_chance(best_reading(readings).marks->dice, m.chance(Region::boundary));
    const double inside = above_chance(block.marks.lungs.dice, m.chance(Region::lungs));
    text += (blocks++ ? ", " : "") + block.name + " " + fixed(edge, 2) + " / " + fixed(inside, 2);
    lungs += inside > edge;
  }
  return {Finding::Verdict::note, text + ". " + std::to_string(lungs) + " of " + std::to_string(blocks) +
                                      " decoder blocks mark the lungs better than their boundary."};
}

Finding encoder_finding(const FeatureNumbers& numbers, std::uint64_t seed) {
  const std::vector<Reading> decoders = readings_of(numbers, "decoder"), encoders = readings_of(numbers, "encoder");
  const Reading &decoder = best_reading(decoders), &encoder = best_reading(encoders);
  const auto difference = mean_with_interval(differences(decoder.marks->dice, encoder.marks->dice), seed);
  const std::string which = !difference.interval            ? "too few images to say which is better"
                            : difference.interval->low > 0  ? "the decoder marks it better"
                            : difference.interval->high < 0 ? "the encoder marks it better"
                                                            : "neither is clearly better";
  return {Finding::Verdict::note, "With the boundary, the decoder's best (" + decoder.name +
                                      ") minus the encoder's best (" + encoder.name + ") is a difference in Dice of " +
                                      with_interval(difference) + ": " + which + "."};
}

Finding redundancy_finding(const FeatureNumbers& numbers, double limit) {
  unet::Index dead = 0, channels = 0, redundant = 0, pairs = 0;
  double lowest = 2, highest = -1;
  std::string least, most;
  for (std::size_t b = 0; b < numbers.blocks.size(); ++b) {
    const unet::BlockSummary& block = numbers.summary[b];
    const auto count = static_cast<unet::Index>(block.channels.size());
    dead += block.dead, channels += count;
    redundant += block.redundant_pairs, pairs += block.pairs;
    const double share = block.effective_rank / static_cast<double>(count);
    if (share < lowest) lowest = share, least = numbers.blocks[b];
    if (share > highest) highest = share, most = numbers.blocks[b];
  }
  return {Finding::Verdict::note,
          std::to_string(dead) + " of " + grouped(channels) + " channels are dead, " + grouped(redundant) + " of " +
              grouped(pairs) + " pairs within a block have a correlation beyond " + significant(limit, 3) +
              ". The effective rank is from " + fixed(100 * lowest, 0) + " % (" + least + ") to " +
              fixed(100 * highest, 0) + " % (" + most + ") of the number of channels."};
}

}  // namespace app
