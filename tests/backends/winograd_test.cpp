// Winograd's convolutions where weights outgrow caches: those take another path, which nets of a test's size do not reach.
#include <doctest/doctest.h>

#include <cmath>

#include "../compiled_backends.hpp"
#include "unet/backends/upload.hpp"
#include "unet/core/parallel.hpp"
#include "unet/core/random.hpp"
#include "unet/models/model.hpp"

namespace winograd_test {

using unet::HostTensor;
using unet::Index;
using unet::Shape;

namespace {

template <class T>
struct Case {
  HostTensor<T> x, dz;
  std::vector<T> w, bias, scale, shift;

  Case(Shape map, Index in, Index out) : x({map.n, map.h, map.w, in}), dz({map.n, map.h, map.w, out}) {
    unet::Random random(1, unet::Purpose::test);
    const auto draw = [&](std::size_t count, double size) {
      std::vector<T> values(count);
      for (T& value : values) value = static_cast<T>(static_cast<float>(size * (2 * random.uniform() - 1)));
      return values;
    };
    x.values = draw(x.values.size(), 1);
    dz.values = draw(dz.values.size(), 1);
    w = draw(static_cast<std::size_t>(9 * in * out), 0.1);
    bias = draw(static_cast<std::size_t>(out), 1);
    scale = draw(static_cast<std::size_t>(in), 2);
    shift = draw(static_cast<std::size_t>(in), 1);
  }
};

template <class T>
struct Results {
  std::vector<T> y, mean, variance, dx, dw, dbias;
};

template <class B>
Results<typename B::Scalar> computed(Shape map, Index in, Index out) {
  using T = typename B::Scalar;
  Case<T> c(map, in, out);
  typename B::Context context;
  HostTensor<T> y(c.dz.shape), dx(c.x.shape);
  const auto channels = static_cast<std::size_t>(out);
  Results<T> r{{}, std::vector<T>(channels),   std::vector<T>(channels),
               {}, std::vector<T>(c.w.size()), std::vector<T>(channels)};
  const unet::Input<T> input{{{std::as_const(c.x).view(), c.scale.data(), c.shift.data()}, {}}, 1};
  B::conv3x3_forward(context, input, {c.w.data(), nullptr}, y.view(), {},
                     {c.bias.data(), unet::Activate::relu, {r.mean.data(), r.variance.data()}});
  B::conv3x3_backward_data(context, std::as_const(c.dz).view(), c.w.data(), {{dx.view(), {}}, 1, false});
  B::conv3x3_backward_weights(context, input, std::as_const(c.dz).view(), r.dw.data(), r.dbias.data());
  r.y = y.values;
  r.dx = dx.values;
  return r;
}

/// Size of the difference relative to that of the values, both in the Euclidean norm.
double error(const std::vector<float>& values, const std::vector<double>& exact) {
  double size = 0, difference = 0;
  for (std::size_t i = 0; i < exact.size(); ++i) {
    size += exact[i] * exact[i];
    difference += (static_cast<double>(values[i]) - exact[i]) * (static_cast<double>(values[i]) - exact[i]);
  }
  return std::sqrt(difference / size);
}

}  // namespace

TEST_CASE("many channels, few pixels: as exact as any, and the same bits for any number of threads") {
  // Of weights that fit into a cache, of larger ones, and of the largest, with squares of several images in one product.
  for (const auto& channels : {std::pair<Index, Index>{130, 127}, {136, 250}, {256, 512}}) {
    const Index in = channels.first, out = channels.second;
    CAPTURE(in);
    const Shape map{3, 9, 22, 1};
    const auto exact = computed<Double>(map, in, out);
    const auto values = computed<Float>(map, in, out);
    CHECK(error(values.y, exact.y) < 1e-5);
    CHECK(error(values.mean, exact.mean) < 1e-5);
    CHECK(error(values.variance, exact.variance) < 1e-5);
    CHECK(error(values.dx, exact.dx) < 1e-5);
    CHECK(error(values.dw, exact.dw) < 1e-5);
    CHECK(error(values.dbias, exact.dbias) < 1e-5);
    const int before = unet::thread_count();
    for (const int threads : {1, 3}) {
      unet::set_thread_count(threads);
      const auto again = computed<Float>(map, in, out);
      CHECK((again.y == values.y));
      CHECK((again.variance == values.variance));
      CHECK((again.dx == values.dx));
      CHECK((again.dw == values.dw));
      CHECK((again.dbias == values.dbias));
    }
    unet::set_thread_count(before);
  }
}

}  // namespace winograd_test
