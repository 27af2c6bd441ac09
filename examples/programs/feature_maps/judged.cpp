#include "programs/feature_maps/judged.hpp"

namespace app {

MeanWithInterval mean_with_interval(const std::vector<double>& values, std::uint64_t seed, double level) {
  if (values.empty()) return {};
  unet::BootstrapOptions options;
  options.seed = seed;
  options.level = level;
  return {unet::mean_and_error(values).mean, unet::bootstrap_mean(values, options)};
}

std::vector<double> differences(const std::vector<double>& a, const std::vector<double>& b) {
  std::vector<double> result(a.size());
  for (std::size_t i = 0; i < a.size(); ++i) result[i] = a[i] - b[i];
  return result;
}

double above_chance(const std::vector<double>& dice, const std::vector<double>& chance) {
  double sum = 0;
  for (std::size_t i = 0; i < dice.size(); ++i) sum += chance[i] < 1 ? (dice[i] - chance[i]) / (1 - chance[i]) : 0;
  return dice.empty() ? 0 : sum / static_cast<double>(dice.size());
}

Judged judge(const Marks& marks, const std::vector<double>& chance, std::uint64_t seed) {
  return {marks.threshold, mean_with_interval(marks.dice, seed), mean_with_interval(chance, seed).mean,
          above_chance(marks.dice, chance)};
}

std::vector<JudgedMap> judge_all(const FeatureNumbers& numbers, std::uint64_t seed) {
  const Marking& m = numbers.marking;
  std::vector<JudgedMap> all;
  const auto add = [&](const MarkedBy& by) {
    all.push_back({by.name, {}, {}, {}});
    for (const Region region : all_regions)
      all.back().regions[region] = judge(by.marks[region], m.chance(region), seed);
    if (!by.edges.dice.empty()) all.back().edges = judge(by.edges, m.chance(Region::boundary), seed);
  };
  for (std::size_t b = 0; b < m.blocks().size(); ++b) {
    add(m.blocks()[b]);
    const std::vector<double> limit = m.limit(numbers.shapes[b]);
    all.back().limit = limit.empty() ? 1 : mean_with_interval(limit, seed).mean;
  }
  add(m.image());
  add(m.position());
  return all;
}

}  // namespace app
