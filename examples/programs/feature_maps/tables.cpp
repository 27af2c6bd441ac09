#include "programs/feature_maps/tables.hpp"

#include "programs/feature_maps/findings.hpp"
#include "support/text/csv.hpp"
#include "support/text/numbers.hpp"

namespace app {

namespace {

std::string size_text(const unet::Shape& s) {
  return std::to_string(s.h) + "x" + std::to_string(s.w) + "x" + std::to_string(s.c);
}

std::vector<std::string> region_cells(const Judged& judged) {
  const auto& interval = judged.dice.interval;
  return {judged.threshold.bright ? "bright" : "dark", exact(judged.threshold.share),         exact(judged.dice.mean),
          interval ? exact(interval->low) : "",        interval ? exact(interval->high) : "", exact(judged.chance)};
}

}  // namespace

std::string blocks_csv(const FeatureNumbers& numbers, const std::vector<JudgedMap>& judged) {
  std::vector<std::string> header = {"block", "height", "width", "channels"};
  for (const std::string region : {"boundary", "lungs", "edges"})
    for (const char* column : {"polarity", "share", "dice", "low", "high", "chance"})
      header.push_back(region + "_" + column);
  for (const char* column :
       {"boundary_limit", "dead", "pairs", "redundant_pairs", "mean_correlation", "effective_rank"})
    header.push_back(column);
  std::vector<std::vector<std::string>> rows;
  for (std::size_t i = 0; i < judged.size(); ++i) {
    const bool block = i < numbers.blocks.size();
    std::vector<std::string> row = {judged[i].name, "", "", ""};
    if (block) {
      const unet::Shape& s = numbers.shapes[i];
      row = {judged[i].name, std::to_string(s.h), std::to_string(s.w), std::to_string(s.c)};
    }
    for (const Region region : all_regions)
      for (const std::string& cell : region_cells(judged[i].regions[region])) row.push_back(cell);
    const auto edges = judged[i].edges ? region_cells(*judged[i].edges) : std::vector<std::string>(6);
    row.insert(row.end(), edges.begin(), edges.end());
    if (block) {
      const unet::BlockSummary& b = numbers.summary[i];
      for (const std::string& cell :
           {exact(*judged[i].limit), std::to_string(b.dead), std::to_string(b.pairs), std::to_string(b.redundant_pairs),
            exact(b.mean_correlation), exact(b.effective_rank)})
        row.push_back(cell);
    }
    row.resize(header.size());
    rows.push_back(std::move(row));
  }
  return csv(header, rows);
}

std::string channels_csv(const FeatureNumbers& numbers) {
  std::vector<std::vector<std::string>> rows;
  for (std::size_t b = 0; b < numbers.blocks.size(); ++b)
    for (std::size_t c = 0; c < numbers.summary[b].channels.size(); ++c) {
      const unet::ChannelSummary& channel = numbers.summary[b].channels[c];
      rows.push_back({numbers.blocks[b], std::to_string(c), exact(channel.mean), exact(channel.standard_deviation),
                      exact(channel.zeros), channel.dead ? "1" : "0", exact(channel.largest_correlation),
                      channel.partner < 0 ? "" : std::to_string(channel.partner)});
    }
  return csv({"block", "channel", "mean", "standard_deviation", "zeros", "dead", "largest_correlation", "with_channel"},
             rows);
}

std::string mean_maps_csv(const FeatureNumbers& numbers, const Session& session) {
  std::vector<std::vector<std::string>> rows;
  const Marking& m = numbers.marking;
  for (std::size_t i = 0; i < numbers.judged_on.size(); ++i) {
    const std::string& id = session.record(numbers.judged_on[i]).id;
    const auto add = [&](const MarkedBy& by) {
      rows.push_back({id, by.name, exact(by.marks.boundary.dice[i]), exact(by.marks.lungs.dice[i]),
                      by.edges.dice.empty() ? "" : exact(by.edges.dice[i])});
    };
    for (const MarkedBy& block : m.blocks()) add(block);
    add(m.image());
    add(m.position());
    rows.push_back({id, "chance", exact(m.chance(Region::boundary)[i]), exact(m.chance(Region::lungs)[i]),
                    exact(m.chance(Region::boundary)[i])});
  }
  return csv({"id", "block", "boundary_dice", "lungs_dice", "edges_dice"}, rows);
}

std::string shown_csv(const std::vector<MapRow>& shown) {
  std::vector<std::vector<std::string>> rows;
  for (const MapRow& row : shown) rows.push_back({row.id, row.role, exact(row.iou)});
  return csv({"id", "role", "iou"}, rows);
}

Table boundary_table(const FeatureNumbers& numbers, const std::vector<JudgedMap>& judged, const std::string& part) {
  Table table;
  table.caption = "Dice of mean maps with the lung boundary and with the lungs, mean over " + images_of(numbers, part) +
                  " (95% interval)";
  table.header = {"map", "size", "boundary", "boundary by edges", "limit of the size", "lungs"};
  for (std::size_t i = 0; i < judged.size(); ++i)
    table.rows.push_back(
        {judged[i].name == "position" ? "usual place" : judged[i].name,
         i < numbers.shapes.size() ? size_text(numbers.shapes[i]) : "", with_interval(judged[i].regions.boundary.dice),
         judged[i].edges ? with_interval(judged[i].edges->dice) : "", judged[i].limit ? fixed(*judged[i].limit, 3) : "",
         with_interval(judged[i].regions.lungs.dice)});
  const std::string chance = fixed(judged[0].regions.boundary.chance, 3);
  table.rows.push_back({"chance", "", chance, chance, "", fixed(judged[0].regions.lungs.chance, 3)});
  return table;
}

Table channel_table(const FeatureNumbers& numbers, double redundant, const std::string& part) {
  Table table;
  table.caption = "Channels of each block over all pixels of " + images_of(numbers, part);
  table.header = {"block",         "channels", "dead",
                  "zeros",         "mean |r|", "pairs with |r| > " + significant(redundant, 3),
                  "effective rank"};
  for (std::size_t b = 0; b < numbers.blocks.size(); ++b) {
    const unet::BlockSummary& block = numbers.summary[b];
    double zeros = 0;
    for (const unet::ChannelSummary& channel : block.channels) zeros += channel.zeros;
    const auto count = static_cast<double>(block.channels.size());
    table.rows.push_back(
        {numbers.blocks[b], std::to_string(block.channels.size()), std::to_string(block.dead),
         fixed(100 * zeros / count, 0) + " %", fixed(block.mean_correlation, 3),
         grouped(block.redundant_pairs) + " of " + grouped(block.pairs),
         fixed(block.effective_rank, 1) + " (" + fixed(100 * block.effective_rank / count, 0) + " %)"});
  }
  return table;
}

}  // namespace app
