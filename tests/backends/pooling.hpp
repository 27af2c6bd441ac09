// Cases of max pooling and of the operations that touch each value once.
#pragma once
#include "check.hpp"

namespace conformance {

/// An extent and a number of channels, small enough to be quick.
inline Shape draw_shape(Random& random) {
  Shape shape = draw_extent(random);
  do shape.c = draw_channels(random);
  while (shape.size() > 200'000);
  return shape;
}

/// Magnitudes of values that must be right to the last bit.
inline Outputs exactly(const Outputs& expected) {
  Outputs zeros = expected;
  for (Output& output : zeros) std::fill(output.values.begin(), output.values.end(), 0.0);
  return zeros;
}

/// Values are multiples of 1/8, so normalisation is exact, ties are frequent, and so the result must be too.
struct MaxPoolForward {
  Shape shape;  ///< of the output
  Part x;

  explicit MaxPoolForward(Random& random)
      : shape(draw_shape(random)), x(draw_part(random, {shape.n, 2 * shape.h, 2 * shape.w, shape.c}, draw_eighth)) {}

  template <class B>
  Outputs run(Random layout) const {
    Stage<B> stage(layout);
    const auto y = stage.output("y", shape);
    B::max_pool_forward(stage.context, stage.input(x), y);
    return stage.finish();
  }
  Outputs magnitudes(const Outputs& expected) const { return exactly(expected); }
  std::string describe() const { return "to " + to_string(shape); }
};

struct MaxPoolBackward {
  Shape shape;  ///< of the output
  Part x;
  Map dy, before;
  bool accumulate;

  explicit MaxPoolBackward(Random& random)
      : shape(draw_shape(random)),
        x(draw_part(random, {shape.n, 2 * shape.h, 2 * shape.w, shape.c}, draw_eighth)),
        dy(draw_map(random, shape, draw_eighth)),
        before(draw_map(random, x.map.shape, draw_eighth)),
        accumulate(random.below(2)) {}

  template <class B>
  Outputs run(Random layout) const {
    Stage<B> stage(layout);
    const auto dx = accumulate ? stage.changed("dx", before) : stage.output("dx", before.shape);
    B::max_pool_backward(stage.context, stage.input(x), stage.input(dy), dx, accumulate);
    return stage.finish();
  }
  Outputs magnitudes(const Outputs& expected) const { return exactly(expected); }
  std::string describe() const { return "to " + to_string(shape) + (accumulate ? ", accumulated" : ""); }
};

/// The gradient goes to the first of the largest, and nothing of it elsewhere: each set of equal largest values in turn.
template <class B>
void check_pooling_ties() {
  for (unsigned largest = 1; largest < 16; ++largest)
    for (const double factor : {1.0, -1.0}) {
      const Index channels = 19;
      Part x{Map({1, 2, 2, channels}), {}, {}};
      Map dy({1, 1, 1, channels});
      std::fill(dy.values.begin(), dy.values.end(), 3.0);
      Values expected(x.map.values.size(), 0.0);
      for (Index c = 0; c < channels; ++c)
        for (unsigned q = 0, first = 4; q < 4; ++q) {
          const bool is_largest = largest >> q & 1;
          x.map(0, q / 2, q % 2, c) = factor * (is_largest ? 2 : 1);
          if (is_largest && first == 4) expected[static_cast<std::size_t>((first = q) * channels + c)] = 3;
        }
      if (factor < 0) {
        x.scale = Values(channels, factor);
        x.shift = Values(channels, 0.0);
      }
      Stage<B> stage(layout(static_cast<int>(largest)));
      const auto dx = stage.output("dx", x.map.shape);
      B::max_pool_backward(stage.context, stage.input(x), stage.input(dy), dx, false);
      INFO("largest values (bits): " << largest << ", factor " << factor);
      CHECK(stage.finish()[0].values == expected);
    }
}

struct Normalise {
  Part x;

  explicit Normalise(Random& random) : x(draw_part(random, draw_shape(random))) {}

  template <class B>
  Outputs run(Random layout) const {
    Stage<B> stage(layout);
    const auto y = stage.output("y", x.map.shape);
    B::normalise(stage.context, stage.input(x), y);
    return stage.finish();
  }
  Outputs magnitudes(const Outputs&) const {
    Normalise absolute = *this;
    make_absolute(absolute.x);
    return absolute.run<Reference>(layout(0));
  }
  std::string describe() const { return to_string(x.map.shape) + (x.scale.empty() ? "" : ", normalised"); }
};

struct Add {
  Map x, y;

  explicit Add(Random& random) : x(draw_map(random, draw_shape(random))), y(draw_map(random, x.shape)) {}

  template <class B>
  Outputs run(Random layout) const {
    Stage<B> stage(layout);
    const auto sum = stage.changed("y", y);
    B::add(stage.context, stage.input(x), sum);
    return stage.finish();
  }
  Outputs magnitudes(const Outputs&) const {
    Add absolute = *this;
    make_absolute(absolute.x);
    make_absolute(absolute.y);
    return absolute.run<Reference>(layout(0));
  }
  std::string describe() const { return to_string(x.shape); }
};

/// fill and copy, of ranges amid others.
template <class B>
void check_memory() {
  using S = typename B::Scalar;
  B::deallocate(nullptr);
  for (const Index bytes : {1, 64, 100, 4096}) {
    void* const memory = B::allocate(bytes);
    CHECK(reinterpret_cast<std::uintptr_t>(memory) % 64 == 0);
    B::deallocate(memory);
  }
  Random random(2, unet::Purpose::test);
  for (const Index size : {1, 3, 64, 1000, 70000}) {
    const Values values = draw_values(random, size);
    Stage<B> stage(layout(static_cast<int>(size)));
    S* const filled = stage.output("filled", size);
    S* const copied = stage.output("copied", size);
    B::fill(stage.context, filled, size, static_cast<S>(-2.5));
    B::copy(stage.context, stage.input(values), copied, size * Index{sizeof(S)});
    const Outputs outputs = stage.finish();
    CHECK(outputs[0].values == Values(values.size(), -2.5));
    CHECK(same_bits(outputs[1].values, values));
  }
}

}  // namespace conformance
