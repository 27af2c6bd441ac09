// Means, variances and correlations of the channels of a feature map over all pixels of many images, which come one after
// the other: no map is kept.
// Source: T. Chan, G. Golub, R. LeVeque, "Updating formulae and a pairwise algorithm for computing sample variances",
// Technical report 222, Stanford 1979, here for a whole covariance matrix.
#pragma once
#include <Eigen/Core>
#include <algorithm>
#include <limits>
#include <string>
#include <vector>

#include "unet/core/error.hpp"
#include "unet/core/parallel.hpp"
#include "unet/core/view.hpp"

namespace unet {

/// The lowest (or highest) value of a channel and in how many pixels it occurs.
struct Extreme {
  float value = 0;
  Index pixels = 0;
};

/// Sums in double; the same bits for any number of threads.
class ChannelMoments {
 public:
  using Matrix = Eigen::MatrixXd;

  ChannelMoments() = default;
  /// Throws OptionError unless there is at least one channel.
  explicit ChannelMoments(Index channels) : all_(channels) {
    if (channels < 1) throw OptionError("moments of " + std::to_string(channels) + " channels; there must be one");
  }

  /// Takes in every pixel of a map N x H x W x C in host memory. Throws ShapeError when C is another number of channels.
  void add(View<const float> map) {
    const Shape s = map.shape;
    if (s.c != channels())
      throw ShapeError("moments of " + std::to_string(channels()) + " channels, but this map is " + to_string(s));
    // Tiles of whole rows, cut by shape: about `tile_pixels` each.
    const Index rows = std::max<Index>(1, tile_pixels / std::max<Index>(1, s.w));
    const Index tiles_in_image = (s.h + rows - 1) / rows;
    std::vector<Sums> tiles(static_cast<std::size_t>(s.n * tiles_in_image), Sums(0));
    parallel_for(static_cast<Index>(tiles.size()), [&](Index i) {
      const Index y = i % tiles_in_image * rows;
      tiles[static_cast<std::size_t>(i)] =
          tile_sums(map.images(i / tiles_in_image, 1).window(y, 0, std::min(rows, s.h - y), s.w));
    });
    for (const Sums& tile : tiles) all_.add(tile);
  }

  Index channels() const { return all_.mean.size(); }
  /// Values of each channel so far.
  Index pixels() const { return all_.pixels; }
  /// C means.
  const Eigen::VectorXd& mean() const { return all_.mean; }
  /// C x C: covariances (of the population: divided by pixels()), symmetric. Throws OptionError without any pixel.
  Matrix covariance() const {
    if (pixels() == 0) throw OptionError("a covariance needs at least one image");
    return Matrix(all_.deviations.selfadjointView<Eigen::Lower>()) / static_cast<double>(pixels());
  }
  const std::vector<Extreme>& lowest() const { return all_.lowest; }
  const std::vector<Extreme>& highest() const { return all_.highest; }

 private:
  static constexpr Index tile_pixels = 4096;

  struct Sums {
    Index pixels = 0;
    Eigen::VectorXd mean;
    Matrix deviations;  ///< lower half: sums of products of deviations from the mean
    std::vector<Extreme> lowest, highest;

    explicit Sums(Index channels = 0)
        : mean(Eigen::VectorXd::Zero(channels)),
          deviations(Matrix::Zero(channels, channels)),
          lowest(static_cast<std::size_t>(channels)),
          highest(lowest) {}

    void add(const Sums& other) {
      if (other.pixels == 0) return;
      const auto a = static_cast<double>(pixels), b = static_cast<double>(other.pixels);
      const Eigen::VectorXd step = other.mean - mean;
      deviations.triangularView<Eigen::Lower>() += other.deviations;
      deviations.selfadjointView<Eigen::Lower>().rankUpdate(step, a * b / (a + b));
      mean += step * (b / (a + b));
      for (std::size_t c = 0; c < lowest.size(); ++c) {
        const auto merge = [&](Extreme& mine, const Extreme& theirs, bool beyond) {
          if (pixels == 0 || beyond)
            mine = theirs;
          else if (mine.value == theirs.value)
            mine.pixels += theirs.pixels;
        };
        merge(lowest[c], other.lowest[c], other.lowest[c].value < lowest[c].value);
        merge(highest[c], other.highest[c], other.highest[c].value > highest[c].value);
      }
      pixels += other.pixels;
    }
  };

  static Sums tile_sums(View<const float> tile) {
    const Shape s = tile.shape;
    Sums sums(s.c);
    sums.pixels = s.pixels();
    Matrix values(s.c, s.pixels());
    for (Index y = 0; y < s.h; ++y)
      for (Index x = 0; x < s.w; ++x)
        values.col(y * s.w + x) = Eigen::Map<const Eigen::VectorXf>(tile.at(0, y, x), s.c).cast<double>();
    for (Index c = 0; c < s.c; ++c) {
      const auto low = static_cast<float>(values.row(c).minCoeff()),
                 high = static_cast<float>(values.row(c).maxCoeff());
      sums.lowest[static_cast<std::size_t>(c)] = {low, (values.row(c).array() == static_cast<double>(low)).count()};
      sums.highest[static_cast<std::size_t>(c)] = {high, (values.row(c).array() == static_cast<double>(high)).count()};
    }
    sums.mean = values.rowwise().mean();
    values.colwise() -= sums.mean;
    sums.deviations.selfadjointView<Eigen::Lower>().rankUpdate(values);
    return sums;
  }

  Sums all_;
};

}  // namespace unet
