#include "programs/occlusion/pictures.hpp"

#include "support/picture/montage.hpp"
#include "support/picture/scale_bar.hpp"
#include "support/text/numbers.hpp"

namespace app {

HeatImage heat_image(const Session& session, const OccludedImage& image, const std::string& role) {
  const Session::Sample sample = session.sample(image.index);
  const unet::Shape s = sample.image.shape;
  HeatImage result{unet::Image(s.h, s.w, static_cast<int>(s.c)),
                   mask_of(sample.target),
                   unet::importance_per_pixel(image.map, s.h, s.w),
                   session.record(image.index).id,
                   role,
                   image.iou};
  result.image.pixels = sample.image.values;
  return result;
}

std::string occlusion_file(const std::string& id) { return id + "_occlusion.png"; }

namespace {

/// "increase of the loss (14x14 patch, uniform)".
std::string importance_title(const OcclusionProgram& o, unet::Index side) {
  const std::string score = o.score == "loss"  ? "increase of the loss"
                            : o.score == "iou" ? "increase of 1 - IoU"
                                               : "share of pixels that change";
  const std::string patch = std::to_string(occlusion_options(o, side).patch);
  return score + " (" + patch + "x" + patch + " patch, " + o.fill + ")";
}

/// The picture with a bar from -limit to limit below it.
Picture with_heat_bar(const Picture& picture, double limit, const std::string& title, Index scale) {
  ScaleBar bar;
  bar.map = heat_on_grey;
  bar.low = -limit, bar.high = limit;
  bar.title = title;
  bar.scale = scale;
  bar.length = std::min<Index>(picture.width * 2 / 3, 400 * scale);
  const Picture below = horizontal_scale_bar(bar);
  Picture centred(below.height + 4 * scale, std::max(picture.width, below.width));
  centred.paste(below, 0, (centred.width - below.width) / 2);
  return stacked({picture, centred}, 2 * scale, {});
}

}  // namespace

Picture occlusion_picture(const HeatImage& heat, const OcclusionProgram& o) {
  const std::vector<double> nothing(heat.importance.size());
  Montage m;
  m.rows = {{{heat_overlay(heat.image, nothing, 1, heat.truth, std::max<unet::Index>(1, 512 / heat.image.height)),
              "input, outline of the true mask"},
             {heat.picture(), "importance"}}};
  m.tile_height = m.tile_width = m.rows[0][0].picture.width;
  m.title = heat.id + (heat.role.empty() ? "" : "  " + heat.role) + "  IoU " + fixed(heat.iou, 3);
  return with_heat_bar(draw_montage(m), heat.limit(), importance_title(o, heat.image.height), m.scale);
}

Picture occlusion_montage(const std::vector<HeatImage>& shown, const OcclusionProgram& o, Index side) {
  Montage m;
  m.tile_height = m.tile_width = side;
  m.scale = std::max<Index>(1, side / 160);
  const bool pairs = shown.size() > 1 && shown.size() % 2 == 0 && shown[0].role.starts_with("best");
  std::vector<Tile> best, worst;
  for (const HeatImage& heat : shown) {
    auto& row = pairs && heat.role.starts_with("worst") ? worst : best;
    row.push_back({heat.picture(), (heat.role.empty() ? "" : heat.role + "\n") + heat.id + "\nIoU " +
                                       fixed(heat.iou, 3) + "\nfull colour " + significant(heat.limit(), 2)});
  }
  m.rows = pairs ? std::vector{best, worst} : in_rows(best, 4);
  return with_heat_bar(draw_montage(m), 1, importance_title(o, shown.at(0).image.height) + ", full colour = 1",
                       m.scale);
}

}  // namespace app
