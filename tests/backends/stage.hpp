// The operands of one call in a backend's memory, each amid guard values, and what the call made of them.
#pragma once
#include <doctest/doctest.h>

#include <cstring>
#include <limits>
#include <string>
#include <vector>

#include "unet/backends/operands.hpp"
#include "unet/core/buffer.hpp"
#include "unet/core/host_tensor.hpp"
#include "unet/core/random.hpp"

namespace conformance {

using unet::Index, unet::Random, unet::Shape, unet::View;
using Values = std::vector<double>;
using Map = unet::HostTensor<double>;

/// A feature map with its pending normalisation, which is none when scale and shift are empty.
struct Part {
  Map map;
  Values scale, shift;
  unet::Activate activate = unet::Activate::none;
};

/// The outputs of a call, in the order in which they were asked for.
struct Output {
  std::string name;
  Values values;
};
using Outputs = std::vector<Output>;

inline bool same_bits(const Values& a, const Values& b) {
  return a.size() == b.size() && (a.empty() || std::memcmp(a.data(), b.data(), a.size() * sizeof(double)) == 0);
}

/// Puts operands into memory of B: maps as windows of larger maps, vectors with neighbours on both sides. Around an input is
/// NaN, so that who reads beyond it computes NaN; around an output are numbers that must stay; an output that is not an
/// input as well begins as NaN. Where exactly operands lie is drawn from `layout`.
template <class B>
class Stage {
 public:
  using T = typename B::Storage;  ///< of maps
  using S = typename B::Scalar;   ///< of all else

  explicit Stage(Random layout) : layout_(layout) {}

  /// What the call is issued to.
  typename B::Context context;

  View<const T> input(const Map& map) { return place<T>("input", map.shape, map.values, false); }
  /// A map that is kept as what is no feature map is: targets.
  View<const S> scalars(const Map& map) { return place<S>("input", map.shape, map.values, false); }
  const S* input(const Values& values) { return place_vector<S>("input", values, false); }
  unet::Weights<S> weights(const Values& values) { return {input(values), nullptr}; }
  unet::SourceOf<B> input(const Part& part) {
    unet::SourceOf<B> source{input(part.map)};
    if (!part.scale.empty()) {
      source.scale = input(part.scale);
      source.shift = input(part.shift);
    }
    source.activate = part.activate;
    return source;
  }
  unet::InputOf<B> input(const std::vector<Part>& parts) {
    unet::InputOf<B> x;
    x.count = static_cast<int>(parts.size());
    for (std::size_t p = 0; p < parts.size(); ++p) x.parts[p] = input(parts[p]);
    return x;
  }

  View<T> output(const std::string& name, Shape shape) { return place<T>(name, shape, undefined(shape.size()), true); }
  template <class E = S>
  E* output(const std::string& name, Index size) {
    return place_vector<E>(name, undefined(size), true);
  }
  /// Operands that are changed in place.
  View<T> changed(const std::string& name, const Map& map) { return place<T>(name, map.shape, map.values, true); }
  template <class E = S>
  E* changed(const std::string& name, const Values& values) {
    return place_vector<E>(name, values, true);
  }

  /// Brings the outputs back. Checks that nothing else has changed.
  Outputs finish() {
    Outputs outputs;
    for (const Operand& operand : operands_) {
      const std::vector<std::byte> after = operand.memory.to_host(context);
      std::vector<std::byte> expected = operand.before;
      if (operand.is_output) {
        Output& output = outputs.emplace_back(Output{operand.name, {}});
        output.values.reserve(operand.cells.size());
        for (const Index cell : operand.cells) {
          output.values.push_back(operand.get(after.data() + cell));
          std::copy_n(after.begin() + cell, operand.element, expected.begin() + cell);
        }
      }
      const bool untouched = after == expected;
      CHECK_MESSAGE(untouched, "memory around or of operand '" << operand.name << "' was written to");
    }
    return outputs;
  }

 private:
  struct Operand {
    std::string name;
    bool is_output;
    Index element;             ///< bytes
    std::vector<Index> cells;  ///< where the operand's elements are, in bytes
    double (*get)(const std::byte*);
    std::vector<std::byte> before;
    unet::Buffer<B, std::byte> memory;
  };

  static constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  static Values undefined(Index size) { return Values(static_cast<std::size_t>(size), nan); }
  Index up_to(std::uint32_t most) { return layout_.below(most + 1); }

  template <class E>
  View<E> place(const std::string& name, Shape s, const Values& values, bool is_output) {
    const bool dense = layout_.below(3) == 0;
    const auto margin = [&](std::uint32_t most) { return dense ? 0 : up_to(most); };
    const Index top = margin(2), left = margin(2), channel = margin(3);
    const Shape around{s.n, top + s.h + margin(2), left + s.w + margin(2), channel + s.c + margin(3)};
    const unet::Strides strides = View<E>(nullptr, around).strides;
    std::vector<Index> cells;
    cells.reserve(values.size());
    for (Index n = 0; n < s.n; ++n)
      for (Index y = 0; y < s.h; ++y)
        for (Index x = 0; x < s.w; ++x) {
          const Index pixel = n * strides.n + (top + y) * strides.h + (left + x) * strides.w + channel;
          for (Index c = 0; c < s.c; ++c) cells.push_back(pixel + c);
        }
    E* const data = store<E>(name, around.size(), std::move(cells), values, is_output);
    return View<E>(data, around).window(top, left, s.h, s.w).channels(channel, s.c);
  }

  template <class E>
  E* place_vector(const std::string& name, const Values& values, bool is_output) {
    const Index before = up_to(5), size = static_cast<Index>(values.size());
    std::vector<Index> cells(values.size());
    for (Index i = 0; i < size; ++i) cells[static_cast<std::size_t>(i)] = before + i;
    return store<E>(name, before + size + 1 + up_to(20), std::move(cells), values, is_output) + before;
  }

  /// cells: in elements.
  template <class E>
  E* store(const std::string& name, Index elements, std::vector<Index> cells, const Values& values, bool is_output) {
    std::vector<E> host(static_cast<std::size_t>(elements), static_cast<E>(is_output ? 1234.5 : nan));
    for (std::size_t i = 0; i < cells.size(); ++i) host[static_cast<std::size_t>(cells[i])] = static_cast<E>(values[i]);
    for (Index& cell : cells) cell *= Index{sizeof(E)};
    std::vector<std::byte> bytes(host.size() * sizeof(E));
    std::memcpy(bytes.data(), host.data(), bytes.size());
    const auto get = [](const std::byte* from) {
      E value;
      std::memcpy(&value, from, sizeof(E));
      return static_cast<double>(value);
    };
    unet::Buffer<B, std::byte> memory(context, bytes);
    E* const data = reinterpret_cast<E*>(memory.data());
    operands_.push_back(
        Operand{name, is_output, sizeof(E), std::move(cells), get, std::move(bytes), std::move(memory)});
    return data;
  }

  Random layout_;
  std::vector<Operand> operands_;
};

}  // namespace conformance
