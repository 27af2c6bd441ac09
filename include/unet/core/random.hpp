// Counter-based random numbers: the value depends on (seed, purpose, epoch, sample, position) and on nothing else, so the
// order in which threads or workers ask can not change it.
// Source: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011 (Philox4x32-10).
#pragma once
#include <array>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <utility>
#include <vector>

namespace unet {

/// One Philox4x32-10 block: four random words for a counter and a key.
constexpr std::array<std::uint32_t, 4> philox(std::array<std::uint32_t, 4> counter, std::array<std::uint32_t, 2> key) {
  auto [c0, c1, c2, c3] = counter;  // in variables: tests are not optimised, and draw many
  auto [k0, k1] = key;
  for (int round = 0; round < 10; ++round) {
    const std::uint64_t a = std::uint64_t{0xD2511F53u} * c0;
    const std::uint64_t b = std::uint64_t{0xCD9E8D57u} * c2;
    c0 = static_cast<std::uint32_t>(b >> 32) ^ c1 ^ k0;
    c1 = static_cast<std::uint32_t>(b);
    c2 = static_cast<std::uint32_t>(a >> 32) ^ c3 ^ k1;
    c3 = static_cast<std::uint32_t>(a);
    k0 += 0x9E3779B9u;
    k1 += 0xBB67AE85u;
  }
  return {c0, c1, c2, c3};
}

/// What a stream of random numbers is for: two purposes never share numbers.
enum class Purpose : std::uint32_t {
  initialisation = 1,
  shuffle,
  split,
  phantom,
  augmentation,
  noise,
  test,
  bootstrap,
  permutation,
  clustering,
  label_permutation,
  occlusion,
  verification
};

/// A stream of random numbers that belongs to one (seed, purpose, epoch, sample).
class Random {
 public:
  using result_type = std::uint32_t;

  constexpr Random(std::uint64_t seed, Purpose purpose, std::uint32_t epoch = 0, std::uint32_t sample = 0)
      : key_{static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32)},
        counter_{0, sample, epoch, static_cast<std::uint32_t>(purpose)} {}

  static constexpr result_type min() { return 0; }
  static constexpr result_type max() { return ~result_type{0}; }

  /// 32 random bits.
  constexpr result_type operator()() {
    if (used_ == 4) {
      block_ = philox(counter_, key_);
      ++counter_[0];
      used_ = 0;
    }
    return block_[used_++];
  }

  /// Uniform in [0, 1), 24 bits.
  constexpr double uniform() { return ((*this)() >> 8) * 0x1p-24; }
  constexpr double uniform(double low, double high) { return low + (high - low) * uniform(); }

  /// Standard normal (Box-Muller).
  double normal() {
    const double radius = std::sqrt(-2 * std::log(1 - uniform()));
    return radius * std::cos(2 * std::numbers::pi * uniform());
  }

  /// Uniform in {0, ..., n - 1}, without bias.
  constexpr std::uint32_t below(std::uint32_t n) {
    const std::uint32_t limit = max() - max() % n;
    std::uint32_t bits = (*this)();
    while (bits >= limit) bits = (*this)();
    return bits % n;
  }

 private:
  std::array<std::uint32_t, 2> key_;
  std::array<std::uint32_t, 4> counter_;
  std::array<std::uint32_t, 4> block_{};
  unsigned used_ = 4;
};

/// Shuffles in place (Fisher-Yates), the same on every platform.
template <class T>
void shuffle(std::vector<T>& items, Random random) {
  for (std::size_t i = items.size(); i > 1; --i)
    std::swap(items[i - 1], items[random.below(static_cast<std::uint32_t>(i))]);
}

}  // namespace unet
