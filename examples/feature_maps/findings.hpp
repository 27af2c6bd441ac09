// Sentences computed from the numbers of feature_maps: does the decoder find boundaries, and how much do channels repeat?
#pragma once
#include <algorithm>
#include <string>
#include <vector>

#include "analysis/section.hpp"
#include "feature_maps/judged.hpp"
#include "support/numbers.hpp"

namespace app {

/// "0.412 (0.391 to 0.433)".
inline std::string with_interval(const MeanWithInterval& value, int decimals = 3) {
  std::string text = fixed(value.mean, decimals);
  if (value.interval)
    text += " (" + fixed(value.interval->low, decimals) + " to " + fixed(value.interval->high, decimals) + ")";
  return text;
}

namespace detail {

/// The block, of those whose name begins so, that was best with the boundary where thresholds were chosen: choosing it by
/// the images that it is judged on would flatter it.
inline const MarkedBy& best_block(const FeatureNumbers& numbers, const std::string& beginning) {
  const MarkedBy* best = nullptr;
  for (const MarkedBy& block : numbers.marking.blocks())
    if (block.name.starts_with(beginning) &&
        (!best || block.marks.boundary.threshold.dice > best->marks.boundary.threshold.dice))
      best = &block;
  return *best;
}

inline std::string images_of(const FeatureNumbers& numbers, const std::string& part) {
  return std::to_string(numbers.judged_on.size()) + (part == "all" ? "" : " " + part) + " images";
}

}  // namespace detail

/// The paper's claim: the decoder finds boundaries. A block does when its map marks the lung boundary better than chance
/// and better than knowing where boundaries usually are, with intervals that hold for all decoder blocks together.
inline Finding boundary_finding(const FeatureNumbers& numbers, const std::string& part, std::uint64_t seed) {
  const Marking& m = numbers.marking;
  const auto mean = [&](const std::vector<double>& dice) { return mean_with_interval(dice, seed).mean; };
  const std::vector<double>&position = m.position().marks.boundary.dice, &chance = m.chance(Region::boundary);
  const bool place_helps = mean(position) > mean(chance);
  const std::vector<double>& control = place_helps ? position : chance;

  std::vector<const MarkedBy*> decoders;
  for (const MarkedBy& block : m.blocks())
    if (block.name.starts_with("decoder")) decoders.push_back(&block);
  const double level = 1 - 0.05 / static_cast<double>(decoders.size());  // Bonferroni
  std::string better;
  std::size_t better_count = 0, worse_count = 0;
  for (const MarkedBy* block : decoders) {
    const auto difference = mean_with_interval(differences(block->marks.boundary.dice, control), seed, level);
    if (difference.interval && difference.interval->low > 0) better += (better_count++ ? ", " : "") + block->name;
    if (difference.interval && difference.interval->high < 0) ++worse_count;
  }
  using Verdict = Finding::Verdict;
  const Verdict verdict = better_count > 0                 ? Verdict::supported
                          : worse_count == decoders.size() ? Verdict::not_supported
                                                           : Verdict::unclear;
  const MarkedBy& best = detail::best_block(numbers, "decoder");
  std::string text = "The decoder finds the boundaries of the lungs. On " + detail::images_of(numbers, part) +
                     " the mean map of " + best.name + " reaches a Dice of " +
                     with_interval(mean_with_interval(best.marks.boundary.dice, seed)) +
                     " with the lung boundary; knowing only where boundaries usually are reaches " +
                     fixed(mean(position), 3) + ", chance " + fixed(mean(chance), 3) + ". " +
                     std::to_string(better_count) + " of " + std::to_string(decoders.size()) +
                     " decoder blocks are better than " + (place_helps ? "the usual place" : "chance") +
                     (better_count ? ": " + better : "") + " (intervals that hold for all of them together)";
  if (control.size() < unet::smallest_bootstrap_group) text += "; too few images for an interval";
  return {verdict, text};
}

/// Boundary or the lungs themselves: which of them the decoder's best map marks, on a scale from chance (0) to perfect (1).
inline Finding region_finding(const FeatureNumbers& numbers) {
  const Marking& m = numbers.marking;
  std::string text = "On a scale from chance (0) to perfect (1), mean maps mark the boundary / the lungs themselves: ";
  std::size_t lungs = 0, blocks = 0;
  for (const MarkedBy& block : m.blocks()) {
    if (!block.name.starts_with("decoder")) continue;
    const double edge = above_chance(block.marks.boundary.dice, m.chance(Region::boundary));
    const double inside = above_chance(block.marks.lungs.dice, m.chance(Region::lungs));
    text += (blocks++ ? ", " : "") + block.name + " " + fixed(edge, 2) + " / " + fixed(inside, 2);
    lungs += inside > edge;
  }
  return {Finding::Verdict::note, text + ". " + std::to_string(lungs) + " of " + std::to_string(blocks) +
                                      " decoder blocks mark the lungs better than their boundary."};
}

/// Decoder against encoder, each by the block that was best where thresholds were chosen.
inline Finding encoder_finding(const FeatureNumbers& numbers, std::uint64_t seed) {
  const MarkedBy &decoder = detail::best_block(numbers, "decoder"), &encoder = detail::best_block(numbers, "encoder");
  const auto difference =
      mean_with_interval(differences(decoder.marks.boundary.dice, encoder.marks.boundary.dice), seed);
  const std::string which = !difference.interval            ? "too few images to say which is better"
                            : difference.interval->low > 0  ? "the decoder marks it better"
                            : difference.interval->high < 0 ? "the encoder marks it better"
                                                            : "neither is clearly better";
  return {Finding::Verdict::note, "With the boundary " + decoder.name + ", the decoder's best, minus " + encoder.name +
                                      ", the encoder's best, is a difference in Dice of " + with_interval(difference) +
                                      ": " + which + "."};
}

inline Finding redundancy_finding(const FeatureNumbers& numbers, double limit) {
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
