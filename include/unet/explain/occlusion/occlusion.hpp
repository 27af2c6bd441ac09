// Which parts of an image a network's output rests on: a patch is replaced at one position after the other.
// Source: Zeiler, Fergus, "Visualizing and understanding convolutional networks", ECCV 2014, section 4.2.
#pragma once
#include "unet/explain/occlusion/engines.hpp"

namespace unet {

namespace detail {

/// All images to be computed: positions in the order given, the draws of each one after the other.
inline std::vector<Occlusion> occlusions(const OcclusionOptions& o, Index height, Index width, int draws) {
  const Index columns = occlusion_positions(width, o.stride);
  std::vector<Index> positions = o.positions;
  if (positions.empty()) {
    positions.resize(static_cast<std::size_t>(occlusion_positions(height, o.stride) * columns));
    std::iota(positions.begin(), positions.end(), Index{0});
  }
  const auto interval = [&](Index number, Index size) {
    return PixelRange{number * o.stride, std::min(number * o.stride + o.patch, size)};
  };
  std::vector<Occlusion> all;
  for (const Index position : positions)
    for (int draw = 0; draw < draws; ++draw)
      all.push_back({position, draw, {interval(position / columns, height), interval(position % columns, width)}});
  return all;
}

template <class Engine>
OcclusionMap run_occlusion(Engine engine, const OcclusionOptions& o, Index height, Index width) {
  const int draws = is_random(o.fill) ? o.draws : 1;
  const std::vector<Occlusion> all = occlusions(o, height, width, draws);
  OcclusionMap map{o.patch,
                   o.stride,
                   occlusion_positions(height, o.stride),
                   occlusion_positions(width, o.stride),
                   engine.reference(),
                   {},
                   {}};
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  const auto count = static_cast<std::size_t>(map.rows * map.columns);
  map.score.assign(count, nan);
  map.standard_error.assign(count, nan);
  std::vector<double> scores(count * static_cast<std::size_t>(draws), nan);
  const auto place = [&](Index position, int draw) -> double& {
    return scores[static_cast<std::size_t>(position * draws + draw)];
  };

  Index done = 0;
  for (const std::vector<Occlusion>& batch : engine.batches(all)) {
    const std::vector<double> some = engine.scores(batch);
    for (std::size_t i = 0; i < batch.size(); ++i) place(batch[i].position, batch[i].draw) = some[i];
    done += static_cast<Index>(batch.size());
    if (o.on_progress) o.on_progress(done, static_cast<Index>(all.size()));
  }
  for (const Occlusion& one : all) {
    const auto i = static_cast<std::size_t>(one.position);
    double sum = 0, squares = 0;
    for (int draw = 0; draw < draws; ++draw) sum += place(one.position, draw);
    map.score[i] = sum / draws;
    for (int draw = 0; draw < draws; ++draw) {
      const double difference = place(one.position, draw) - map.score[i];
      squares += difference * difference;
    }
    if (draws > 1) map.standard_error[i] = std::sqrt(squares / (draws - 1.0) / draws);
    if (!is_random(o.fill)) map.standard_error[i] = 0;
  }
  return map;
}

}  // namespace detail

namespace detail {

/// Whether a backend promises the same bits in rectangles of every operation's output.
template <class B>
inline constexpr bool computes_rectangles =
    B::pixel_alignment(Operation::conv3x3) > 0 && B::pixel_alignment(Operation::conv1x1) > 0 &&
    B::pixel_alignment(Operation::up_conv) > 0 && B::pixel_alignment(Operation::max_pool) > 0;

}  // namespace detail

/// Replaces a patch of the image at each position and scores the output. image: 1 x H x W x In in [0, 1], of a size that
/// the net takes; target: 1 x H x W x 1, a mask of 0 and 1 (class numbers for a net of several), or empty where the score
/// needs none. Both in host memory.
///
/// The net runs as at inference, with running statistics. That makes recomputing parts right: a changed pixel then reaches
/// only the outputs in its receptive field. The result has the same bits for any batch, number of threads, and choice of
/// positions, and for the methods exact and full; incremental's differ from theirs by rounding.
/// Throws ShapeError for an image, target or patch that does not fit; OptionError for options out of range, a score that
/// lacks its target, and another method than full on a backend that does not promise equal bits in a rectangle.
template <class Net, Backend B>
OcclusionMap occlusion(Model<Net, B>& model, View<const float> image, View<const float> target,
                       const OcclusionOptions& options) {
  const Shape s = image.shape;
  check_input<Net>(s);
  if (s.n != 1) throw ShapeError("occlusion takes one image at a time, but was given " + to_string(s));
  check_occlusion_options(options, s.h, s.w);
  if (options.score != OcclusionScore::prediction) {
    if (!target)
      throw OptionError(
          "this occlusion score compares with a target, but there is none; give one, or score the change of "
          "the prediction (OcclusionScore::prediction)");
    Batch batch{HostTensor<float>(s), HostTensor<float>(target.shape)};
    copy_view(target, batch.targets.view());
    check_batch<Net>(batch);
  }
  if (options.method == OcclusionMethod::full)
    return detail::run_occlusion(detail::FullOcclusion<Net, B>(model, image, target, options), options, s.h, s.w);
  if constexpr (detail::computes_rectangles<B>)
    return detail::run_occlusion(detail::IncrementalOcclusion<Net, B>(model, image, target, options), options, s.h,
                                 s.w);
  else
    throw OptionError(
        std::string("backend ") + B::name +
        " does not promise the same bits in a part of an image, which incremental occlusion needs; choose "
        "method full");
}

}  // namespace unet
