// The operands of one call in a backend's memory, each amid guard values, and what the call made of them.
#pragma once
#include <cstddef>
#include <limits>
#include <utility>

#include "unet/core/buffer.hpp"
#include "unet/testing/operands.hpp"

namespace unet::testing {

/// Where operands lie: packed closely, as in a network, or where `random` says.
struct Layout {
  Random random;
  bool dense = false;
};

/// Puts operands into memory of B: maps as windows of larger maps, vectors with neighbours on both sides. Around an input is
/// NaN, so that who reads beyond it computes NaN; around an output are numbers that must stay; an output that is not an
/// input as well begins as NaN.
template <class B>
class Stage {
 public:
  using T = typename B::Storage;  ///< of maps
  using S = typename B::Scalar;   ///< of all else

  explicit Stage(Layout layout) : layout_(layout) {}

  /// What the call is issued to.
  typename B::Context context;

  View<const T> input(const HostMap& map) { return place<T>("input", map.shape, map.values.data(), false); }
  /// A map that is kept as what is no feature map is: targets.
  View<const S> scalars(const HostMap& map) { return place<S>("input", map.shape, map.values.data(), false); }
  const S* input(const Values& values) { return vector<S>("input", values.size(), values.data(), false); }
  Weights<S> weights(const Values& values) { return {input(values), nullptr}; }
  SourceOf<B> input(const Part& part) {
    SourceOf<B> source{input(part.map)};
    if (!part.scale.empty()) {
      source.scale = input(part.scale);
      source.shift = input(part.shift);
    }
    source.activate = part.activate;
    return source;
  }
  InputOf<B> input(const std::vector<Part>& parts) {
    InputOf<B> x;
    x.count = static_cast<int>(parts.size());
    for (std::size_t p = 0; p < parts.size(); ++p) x.parts[p] = input(parts[p]);
    return x;
  }

  View<T> output(const std::string& name, Shape shape) { return place<T>(name, shape, nullptr, true); }
  View<S> output_values(const std::string& name, Shape shape) { return place<S>(name, shape, nullptr, true); }
  template <class E = S>
  E* output(const std::string& name, Index size) {
    return vector<E>(name, static_cast<std::size_t>(size), nullptr, true);
  }
  /// Operands that are changed in place.
  View<T> changed(const std::string& name, const HostMap& map) {
    return place<T>(name, map.shape, map.values.data(), true);
  }
  template <class E = S>
  E* changed(const std::string& name, const Values& values) {
    return vector<E>(name, values.size(), values.data(), true);
  }

  /// Brings the outputs back, and checks that nothing else has changed, unless they are packed closely.
  Outputs finish() {
    Outputs outputs;
    for (const Operand& operand : operands_) {
      const std::vector<std::byte> after = operand.memory.to_host(context);
      std::vector<std::byte> expected = operand.before;
      if (operand.is_output) {
        const Shape s = operand.window.shape;
        double* to =
            outputs.all.emplace_back(Output{operand.name, Values(static_cast<std::size_t>(s.size()))}).values.data();
        each_pixel(operand.window, [&](Index first) {
          const std::byte* const from = after.data() + first * operand.element;
          operand.read(from, s.c, to);
          to += s.c;
          if (!expected.empty())
            std::memcpy(expected.data() + first * operand.element, from,
                        static_cast<std::size_t>(s.c * operand.element));
        });
      }
      if (!expected.empty() && std::memcmp(after.data(), expected.data(), after.size()) != 0)
        outputs.faults.push_back("memory around or of operand '" + operand.name + "' was written to");
    }
    return outputs;
  }

  /// Bytes that a call moves at least: each operand once, those that are changed in place twice.
  double bytes() const { return bytes_; }

 private:
  /// Where an operand's elements lie: offsets from the first element of its memory.
  struct Window {
    Index first;
    Shape shape;
    Strides strides;
  };
  struct Operand {
    std::string name;
    bool is_output;
    Index element;  ///< bytes
    Window window;
    void (*read)(const std::byte* from, Index count, double* to);
    std::vector<std::byte> before;
    Buffer<B, std::byte> memory;
  };

  static constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  Index up_to(std::uint32_t most) { return layout_.random.below(most + 1); }

  /// Calls f(offset of its first channel) for each pixel, in order.
  template <class F>
  static void each_pixel(const Window& w, const F& f) {
    for (Index n = 0; n < w.shape.n; ++n)
      for (Index y = 0; y < w.shape.h; ++y)
        for (Index x = 0; x < w.shape.w; ++x) f(w.first + n * w.strides.n + y * w.strides.h + x * w.strides.w);
  }

  /// values: dense, or null for NaN.
  template <class E>
  View<E> place(const std::string& name, Shape s, const double* values, bool is_output) {
    const bool dense = layout_.dense || layout_.random.below(3) == 0;
    const auto margin = [&](std::uint32_t most) { return dense ? 0 : up_to(most); };
    const Index top = margin(2), left = margin(2), channel = margin(3);
    const Shape around{s.n, top + s.h + margin(2), left + s.w + margin(2), channel + s.c + margin(3)};
    const Strides strides = View<E>(nullptr, around).strides;
    E* const data =
        store<E>(name, around.size(), {top * strides.h + left * strides.w + channel, s, strides}, values, is_output);
    return View<E>(data, around).window(top, left, s.h, s.w).channels(channel, s.c);
  }

  template <class E>
  E* vector(const std::string& name, std::size_t size, const double* values, bool is_output) {
    const Shape s{1, 1, 1, static_cast<Index>(size)};
    const Index before = layout_.dense ? 0 : up_to(5), after = layout_.dense ? 1 : 1 + up_to(20);
    return store<E>(name, before + s.c + after, {before, s, View<E>(nullptr, s).strides}, values, is_output) + before;
  }

  template <class E>
  E* store(const std::string& name, Index elements, const Window& window, const double* values, bool is_output) {
    bytes_ += static_cast<double>(window.shape.size() * Index{sizeof(E)} * (is_output && values ? 2 : 1));
    // Behind a map that fills its memory there is a guard as well, wide enough for a vector that begins too late.
    std::vector<E> host(static_cast<std::size_t>(elements + 16), static_cast<E>(is_output ? 1234.5 : nan));
    // Pointers and not iterators, here and below: tests are compiled without optimisation, and this is what takes their time.
    each_pixel(window, [&, data = host.data()](Index first) {
      for (Index c = 0; c < window.shape.c; ++c) data[first + c] = static_cast<E>(values ? *values++ : nan);
    });
    std::vector<std::byte> bytes(host.size() * sizeof(E));
    std::memcpy(bytes.data(), host.data(), bytes.size());
    const auto read = [](const std::byte* from, Index count, double* to) {
      const E* const value = reinterpret_cast<const E*>(from);  // as memory of the host begins, aligned for any type
      for (Index i = 0; i < count; ++i) to[i] = static_cast<double>(value[i]);
    };
    Buffer<B, std::byte> memory(context, bytes);
    E* const data = reinterpret_cast<E*>(memory.data());
    if (layout_.dense) bytes.clear();  // time is measured with it, and memory not to be wasted
    operands_.push_back(Operand{name, is_output, sizeof(E), window, read, std::move(bytes), std::move(memory)});
    return data;
  }

  Layout layout_;
  std::vector<Operand> operands_;
  double bytes_ = 0;
};

}  // namespace unet::testing
