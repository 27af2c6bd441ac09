#include "programs/feature_maps/pictures.hpp"

#include <cmath>

#include "programs/feature_maps/maps.hpp"
#include "support/picture/mask.hpp"
#include "support/picture/montage.hpp"
#include "support/picture/scale_bar.hpp"
#include "support/text/numbers.hpp"
#include "unet/data/mask.hpp"
#include "unet/explain/feature_maps/mean_map.hpp"
#include "unet/imaging/unit_range.hpp"

namespace app {

MapRow map_row(Session& session, const ShownImage& shown) {
  const Session::Sample sample = session.sample(shown.image);
  MapRow row;
  row.id = session.record(shown.image).id;
  row.role = shown.role;
  std::vector<std::string> layers = block_names(session.model());
  layers.push_back("logits");
  std::vector<unet::HostTensor<float>> maps = finite_outputs(session, layers, sample.image.view());
  unet::HostTensor<float> logits = std::move(maps.back());
  maps.pop_back();
  std::vector<std::uint8_t> prediction, truth;
  for (const float logit : logits.values) prediction.push_back(logit > 0);
  for (const float value : sample.target.values) truth.push_back(value > 0.5f);
  row.iou = unet::iou(overlap(prediction, truth));
  for (float& logit : logits.values) logit = logit > 0 ? 1.0f : 0.0f;
  row.input = at_figure_size(unet::mean_map(sample.image.view()));
  row.truth = at_figure_size(as_image(sample.target));
  row.prediction = at_figure_size(as_image(logits));
  for (const unet::HostTensor<float>& map : maps) row.blocks.push_back(mean_picture(map.view()));
  return row;
}

Picture feature_montage(const std::vector<MapRow>& rows, const std::vector<std::string>& blocks,
                        const std::vector<unet::Shape>& shapes, unet::Index side) {
  Montage m;
  m.tile_height = m.tile_width = side;
  m.scale = feature_label_scale(side);
  m.column_titles = {"input", "truth", "prediction"};
  for (std::size_t b = 0; b < blocks.size(); ++b)
    m.column_titles.push_back(blocks[b] + "\n" + std::to_string(shapes[b].h) + "x" + std::to_string(shapes[b].w) +
                              "\nx" + std::to_string(shapes[b].c));
  for (const MapRow& row : rows) {
    m.row_titles.push_back((row.role.empty() ? "" : row.role + "\n") + row.id + "\nIoU " + fixed(row.iou, 3));
    std::vector<Tile> tiles = {{to_picture(row.input)}, {to_picture(row.truth)}, {to_picture(row.prediction)}};
    for (const unet::Image& map : row.blocks) tiles.push_back({colour_picture(map, sequential_colour)});
    m.rows.push_back(std::move(tiles));
  }
  ScaleBar bar;
  bar.title = "mean over channels, each map from its lowest (0) to its highest value (1)";
  bar.scale = m.scale;
  bar.length = 2 * side;
  return stacked({draw_montage(m), horizontal_scale_bar(bar)}, 4 * m.scale, m.background);
}

Picture channel_sheet(const unet::HostTensor<float>& map, const std::string& layer, const std::string& id) {
  const unet::Shape s = map.shape;
  Montage m;
  m.scale = 2;
  m.tile_height = m.tile_width = s.c > 128 ? 96 : s.c > 16 ? 128 : 256;
  std::vector<Tile> tiles;
  for (unet::Index c = 0; c < s.c; ++c) {
    const unet::Image channel = unet::channel_map(map.view(), c);
    const auto [low, high] = std::minmax_element(channel.pixels.begin(), channel.pixels.end());
    const std::string caption = std::to_string(c) + (*low == *high ? " constant" : "");
    // Enlarged before it is coloured: between two colours of the map lie others that mean something else.
    const unet::Image enlarged = unet::resize_values(unet::unit_range(channel), m.tile_height, m.tile_width);
    tiles.push_back({colour_picture(enlarged, sequential_colour), caption});
  }
  m.rows = in_rows(std::move(tiles), static_cast<unet::Index>(std::ceil(std::sqrt(static_cast<double>(s.c)) * 1.2)));
  m.title = layer + " of " + id + ": " + std::to_string(s.c) + " channels of " + std::to_string(s.h) + "x" +
            std::to_string(s.w) + "\neach from its lowest to its highest value";
  return draw_montage(m);
}

}  // namespace app
