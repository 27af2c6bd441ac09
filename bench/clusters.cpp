// Everything that k-means needs after the latents are there, and its memory: clusters [rows] [columns] [MB kept in memory].
// The default is the study's at 512 x 512: 566 latents of 262,144 numbers, which go to a temporary file.
#include <sys/resource.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>

#include "unet/cluster/cluster_count.hpp"
#include "unet/cluster/pca.hpp"

int main(int argc, char** argv) {
  using unet::Index;
  using Clock = std::chrono::steady_clock;
  const auto argument = [&](int i, Index otherwise) { return argc > i ? Index{std::atoll(argv[i])} : otherwise; };
  const Index n = argument(1, 566), columns = argument(2, 262'144), megabytes = argument(3, 256);
  try {
    unet::RowStore rows(n, columns, {megabytes * 1'000'000, std::filesystem::temp_directory_path()});
    std::vector<float> row(static_cast<std::size_t>(columns));
    for (Index i = 0; i < n; ++i) {  // four groups
      unet::Random random(0, unet::Purpose::test, 0, static_cast<std::uint32_t>(i));
      for (Index j = 0; j < columns; ++j)
        row[static_cast<std::size_t>(j)] = static_cast<float>(random.uniform() + (j % 4 == i % 4 ? 0.1 : 0));
      rows.write(i, row.data());
    }

    Clock::time_point last = Clock::now();
    const Clock::time_point start = last;
    const auto lap = [&](const char* what) {
      const Clock::time_point now = Clock::now();
      std::printf("%-28s %7.3f s\n", what, std::chrono::duration<double>(now - last).count());
      last = now;
    };
    const Eigen::MatrixXd gram = unet::centred_gram(rows);
    lap("Gram matrix");
    const auto result = unet::kmeans(gram, {});
    lap("k-means, K = 4");
    const auto counts = unet::compare_cluster_counts(gram, 2, 10, {});
    lap("K = 2 to 10 with silhouettes");
    const auto components = unet::principal_components(gram);
    lap("principal components");
    rusage usage = {};
    ::getrusage(RUSAGE_SELF, &usage);
    std::printf(
        "%td x %td, %s, nt=%d: %.2f s in all, maxRSS %.2f GB; best K %td, inertia %.6g, first component %.1f%%\n", n,
        columns, rows.in_memory() ? "in memory" : "in a file", unet::thread_count(),
        std::chrono::duration<double>(last - start).count(), static_cast<double>(usage.ru_maxrss) * 1024e-9,
        unet::best_cluster_count(counts), result.inertia, 100 * components.explained[0]);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "clusters: %s\n", error.what());
    return 1;
  }
}
