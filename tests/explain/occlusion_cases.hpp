// Random nets, images and options for tests of occlusion.
#pragma once
#include <doctest/doctest.h>

#include <cmath>
#include <cstring>

#include "unet/explain/occlusion/occlusion.hpp"
#include "unet/models/unet.hpp"

namespace occlusion_cases {

using unet::HostTensor;
using unet::Index;
using unet::OcclusionFill;
using unet::OcclusionMap;
using unet::OcclusionMethod;
using unet::OcclusionOptions;
using unet::OcclusionScore;
using unet::Random;

/// Running statistics, scales and shifts as after training: a map's border is then not what zero padding makes of it. The
/// head's bias is such that there are pixels of each class.
template <class Net, class B>
unet::Model<Net, B> trained_model(std::uint32_t seed) {
  using T = typename B::Scalar;
  unet::Values<T> values = unet::initial_values<Net, T>(seed);
  Random random(seed, unet::Purpose::test, 1);
  for (const unet::NamedTensor& tensor : unet::named_tensors<Net>())
    if (std::string(tensor.spec.module) == "norm")
      for (Index i = 0; i < tensor.spec.size(); ++i) {
        auto& where = tensor.spec.is_state ? values.state : values.parameters;
        where[static_cast<std::size_t>(tensor.offset + i)] =
            static_cast<T>(tensor.spec.initial > 0 && tensor.spec.is_state ? random.uniform(0.05, 0.3)  // variance
                                                                           : random.uniform(0.3, 1.2));
      }
  unet::Model<Net, B> model(values);
  constexpr Index side = Index{4} << Net::log2_divisor, classes = unet::classes_of<Net>;
  HostTensor<T> image({1, side, side, Net::input_channels});
  for (T& value : image.values) value = static_cast<T>(random.uniform());
  const HostTensor<T> logits = model(std::as_const(image).view());
  for (Index i = 0; i < logits.shape.size(); ++i)  // the head's bias is the last tensor
    values.parameters[values.parameters.size() - static_cast<std::size_t>(classes - i % classes)] -=
        logits.values[static_cast<std::size_t>(i)] / static_cast<T>(side * side);
  model.set_values(values);
  return model;
}

struct Sample {
  HostTensor<float> image, target;
  unet::View<const float> x() const { return image.view(); }
  unet::View<const float> t() const { return target.view(); }
};

inline Sample draw_sample(Index height, Index width, Index channels, int classes, std::uint32_t seed) {
  Sample sample{HostTensor<float>({1, height, width, channels}), HostTensor<float>({1, height, width, 1})};
  Random random(seed, unet::Purpose::test, 2);
  for (float& value : sample.image.values) value = static_cast<float>(random.uniform());
  const auto values = static_cast<std::uint32_t>(std::max(classes, 2));
  for (float& value : sample.target.values) value = static_cast<float>(random.below(values));
  return sample;
}

inline bool same_bits(const std::vector<double>& a, const std::vector<double>& b) {
  return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(double)) == 0;
}
inline bool same_bits(const OcclusionMap& a, const OcclusionMap& b) {
  return a.rows == b.rows && a.columns == b.columns && same_bits(std::vector{a.reference}, std::vector{b.reference}) &&
         same_bits(a.score, b.score) && same_bits(a.standard_error, b.standard_error);
}

/// Any fill and score, patches from a pixel to the whole image, a handful of positions.
inline OcclusionOptions draw_options(Random& random, Index height, Index width) {
  const auto below = [&](Index n) { return static_cast<Index>(random.below(static_cast<std::uint32_t>(n))); };
  const Index side = std::min(height, width);
  const Index patches[] = {1, std::min<Index>(14, side), 1 + below(side), side - below(std::min<Index>(side, 2))};
  OcclusionOptions options;
  options.patch = patches[below(4)];
  options.stride = 1 + below(side);
  options.draws = 1 + static_cast<int>(below(3));
  options.fill = static_cast<OcclusionFill>(below(5));
  options.score = static_cast<OcclusionScore>(below(3));
  options.pos_weight = random.uniform(0.5, 3);
  options.seed = random();
  options.image = random();
  options.batch = below(6);
  const Index rows = unet::occlusion_positions(height, options.stride);
  const Index columns = unet::occlusion_positions(width, options.stride);
  options.positions = {0, columns - 1, (rows - 1) * columns, rows * columns - 1};  // the corners
  for (int i = 0; i < 3; ++i) options.positions.push_back(below(rows * columns));
  return options;
}

/// How far scores may lie from each other that differ by rounding alone: by that of the loss, and a pixel or two whose
/// prediction falls to the other side.
inline bool close(const OcclusionMap& a, const OcclusionMap& b, OcclusionScore score, Index pixels) {
  const double most = score == OcclusionScore::loss ? 1e-3 : 4.0 / static_cast<double>(pixels);
  for (std::size_t i = 0; i < a.score.size(); ++i)
    if (!std::isnan(b.score[i]) && !(std::abs(a.score[i] - b.score[i]) <= most * std::max(1.0, std::abs(b.score[i]))))
      return false;
  return a.score.size() == b.score.size();
}

/// Whether B computes every pixel by itself.
template <class B>
constexpr bool pixel_by_pixel = B::pixel_alignment(unet::Operation::conv3x3) == 1;

/// The three methods on `count` random cases.
template <class Net, class B>
void check_methods_agree(int count) {
  constexpr Index divisor = Index{1} << Net::log2_divisor;
  for (int i = 0; i < count; ++i) {
    Random random(9, unet::Purpose::test, Net::log2_divisor, static_cast<std::uint32_t>(i));
    const auto side = [&] { return divisor * (1 + static_cast<Index>(random.below(4))); };
    const Index height = side(), width = side();
    auto model = trained_model<Net, B>(random());
    const Sample sample = draw_sample(height, width, Net::input_channels, unet::classes_of<Net>, random());
    OcclusionOptions options = draw_options(random, height, width);
    INFO("case ", i, ": ", height, " x ", width, ", patch ", options.patch, ", stride ", options.stride, ", draws ",
         options.draws, ", fill ", static_cast<int>(options.fill), ", score ", static_cast<int>(options.score));
    const auto by = [&](OcclusionMethod method) {
      options.method = method;
      return occlusion(model, sample.x(), sample.t(), options);
    };
    const OcclusionMap incremental = by(OcclusionMethod::incremental), full = by(OcclusionMethod::full);
    CHECK(same_bits(by(OcclusionMethod::exact), full));
    CHECK(close(incremental, full, options.score, height * width));
    if (pixel_by_pixel<B>) CHECK(same_bits(incremental, full));
    CHECK(std::isfinite(full.score[0]));
  }
}

/// An image so large that most cones end inside of it.
template <class Net, class B>
void check_large_image(Index height, Index width) {
  auto model = trained_model<Net, B>(4);
  const Sample sample = draw_sample(height, width, Net::input_channels, unet::classes_of<Net>, 4);
  OcclusionOptions options;
  options.patch = 7;
  options.stride = 11;
  const Index count = unet::occlusion_positions(height, 11) * unet::occlusion_positions(width, 11);
  for (Index i = 0; i < count; i += 5) options.positions.push_back(i);
  const OcclusionMap incremental = occlusion(model, sample.x(), sample.t(), options);
  options.method = OcclusionMethod::full;
  const OcclusionMap full = occlusion(model, sample.x(), sample.t(), options);
  CHECK(close(incremental, full, options.score, height * width));
  options.method = OcclusionMethod::exact;
  CHECK(same_bits(occlusion(model, sample.x(), sample.t(), options), full));
}

}  // namespace occlusion_cases
