// Time of occluding one position of an image, by each method, for the study's net with random values:
//   occlusion [size] [stride] [share] [rounds]
// Incremental batches are one in `share` of those that the whole image takes, so they are as mixed as the whole. Methods
// take turns, so that a change of the machine's speed hits all of them; medians over rounds.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>

#include "unet/explain/occlusion/occlusion.hpp"
#include "unet/unet.hpp"

namespace {

using unet::Index;
using Net = unet::UNet<1, 1, 32, 4>;
using B = unet::Cpu<float>;
using Batches = std::vector<std::vector<unet::detail::Occlusion>>;

template <class Engine>
double seconds_per_position(Engine& engine, const Batches& batches) {
  using Clock = std::chrono::steady_clock;
  const Clock::time_point start = Clock::now();
  std::size_t positions = 0;
  for (const auto& batch : batches) positions += engine.scores(batch).size();
  return std::chrono::duration<double>(Clock::now() - start).count() / static_cast<double>(positions);
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

}  // namespace

int main(int argc, char** argv) {
  const auto argument = [&](int i, Index otherwise) { return argc > i ? Index{std::atoi(argv[i])} : otherwise; };
  const Index size = argument(1, 512), share = argument(3, 10), rounds = argument(4, 5);
  try {
    unet::Model<Net, B> model(1);
    unet::HostTensor<float> image({1, size, size, 1}), target({1, size, size, 1});
    unet::Random random(0, unet::Purpose::test);
    for (float& value : image.values) value = static_cast<float>(random.uniform());
    for (float& value : target.values) value = random.uniform() > 0.5;
    unet::OcclusionOptions options;
    options.stride = argument(2, 14);
    const auto x = std::as_const(image).view(), t = std::as_const(target).view();

    const auto all = unet::detail::occlusions(options, size, size, 1);
    const auto sample_of = [&](const auto& engine) {
      const Batches batches = engine.batches(all);
      Batches sample;
      for (std::size_t i = 0; i < batches.size(); i += static_cast<std::size_t>(share)) sample.push_back(batches[i]);
      return sample;
    };
    unet::detail::IncrementalOcclusion<Net, B> incremental(model, x, t, options);
    options.method = unet::OcclusionMethod::exact;
    unet::detail::IncrementalOcclusion<Net, B> exact(model, x, t, options);
    const Batches sample = sample_of(incremental), exact_sample = sample_of(exact);

    constexpr Index full_batches[] = {1, 4, 8};
    std::vector<double> incremental_seconds, exact_seconds, full_seconds[3];
    incremental.scores(sample[0]);
    exact.scores(exact_sample[0]);
    for (Index round = 0; round < rounds; ++round) {
      incremental_seconds.push_back(seconds_per_position(incremental, sample));
      exact_seconds.push_back(seconds_per_position(exact, exact_sample));
      for (std::size_t b = 0; b < 3; ++b) {
        options.batch = full_batches[b];
        unet::detail::FullOcclusion<Net, B> full(model, x, t, options);
        const Batches one{{all.begin(), all.begin() + full_batches[b]}};
        full.scores(one[0]);  // memory is taken
        full_seconds[b].push_back(seconds_per_position(full, one));
      }
    }
    const double once = median(incremental_seconds);
    std::printf(
        "unet %s occlusion S=%td stride %td nt=%d %s, %zu positions, one batch in %td of the incremental ones\n",
        unet::version, size, options.stride, unet::thread_count(), B::instruction_set().c_str(), all.size(), share);
    std::printf("incremental: %.1f ms a position\nexact: %.1f ms a position, %.2f times as long\n", once * 1e3,
                median(exact_seconds) * 1e3, median(exact_seconds) / once);
    for (std::size_t b = 0; b < 3; ++b) {
      const double whole = median(full_seconds[b]);
      std::printf("full, batch %td: %.1f ms a position, %.2f times as long\n", full_batches[b], whole * 1e3,
                  whole / once);
    }
  } catch (const std::exception& error) {
    std::fprintf(stderr, "occlusion: %s\n", error.what());
    return 1;
  }
}
