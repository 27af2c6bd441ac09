// What was measured, as rows of Markdown tables or an object of JSON a line.
#pragma once
#include <algorithm>
#include <cstdio>
#include <numeric>
#include <string>

#include "work.hpp"

inline const char* precision(const Configuration& c) { return c.bf16 ? "bf16" : "fp32"; }

inline void print_header(const std::string& machine) {
  std::printf(
      "unet %s, %s\n\n| work | maps | size | batch | threads | ms, median | ms | us a pixel | peak MB |\n"
      "| --- | --- | --- | --- | --- | --- | --- | --- | --- |\n",
      unet::version, machine.c_str());
}

inline void print_row(const std::string& work, const Configuration& c, Measurement m, const std::string& machine,
                      bool json) {
  std::vector<double>& seconds = m.seconds;
  std::sort(seconds.begin(), seconds.end());
  if (json) {
    std::printf(R"({"work": "%s", "precision": "%s", "size": %td, "batch": %td, "threads": %td, "megabytes": %.0f, )"
                R"("version": "%s", "isa": "%s", "ms": [)",
                work.c_str(), precision(c), c.size, c.batch, c.threads, m.megabytes, unet::version, machine.c_str());
    for (std::size_t i = 0; i < seconds.size(); ++i) std::printf("%s%.3f", i ? ", " : "", seconds[i] * 1e3);
    std::printf("]}\n");
    return;
  }
  const double middle = seconds[seconds.size() / 2], pixels = static_cast<double>(c.batch * c.size * c.size);
  std::printf("| %s | %s | %td | %td | %td | %.2f | %.2f to %.2f | %.3f | %.0f |\n", work.c_str(), precision(c), c.size,
              c.batch, c.threads, middle * 1e3, seconds.front() * 1e3, seconds.back() * 1e3, middle / pixels * 1e6,
              m.megabytes);
}

/// Means over the repetitions, beside what the machine can do, if that is known.
struct Ceilings {
  double gflops = 0, gigabytes = 0;
};

inline void print_operations(const Configuration& c, const Measurement& m, const std::string& machine,
                             const Ceilings& can, bool json) {
  const double repetitions = static_cast<double>(c.repetitions);
  const double step = std::accumulate(m.seconds.begin(), m.seconds.end(), 0.0) / repetitions;
  std::vector<std::pair<std::string, OperationTime>> rows(operation_times().begin(), operation_times().end());
  std::sort(rows.begin(), rows.end(), [](const auto& a, const auto& b) { return a.second.seconds > b.second.seconds; });
  if (json) {
    std::printf(R"({"work": "operations", "precision": "%s", "size": %td, "batch": %td, "threads": %td, "isa": "%s", )"
                R"("peak_gflops": %.1f, "peak_gigabytes": %.1f, "ms": [%.3f], "operations": [)",
                precision(c), c.size, c.batch, c.threads, machine.c_str(), can.gflops, can.gigabytes, step * 1e3);
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const OperationTime& time = rows[i].second;
      std::printf(R"(%s{"name": "%s", "calls": %.0f, "ms": %.4f, "flops": %.0f, "bytes": %.0f})", i ? ", " : "",
                  rows[i].first.c_str(), static_cast<double>(time.calls) / repetitions,
                  time.seconds / repetitions * 1e3, time.flops / repetitions, time.bytes / repetitions);
    }
    std::printf("]}\n");
    return;
  }
  std::printf("A step takes %.2f ms", step * 1e3);
  if (can.gflops > 0)
    std::printf(". %td threads can do %.0f GFLOP/s and %.1f GB/s", c.threads, can.gflops, can.gigabytes);
  std::printf(" (%s).\n\n", machine.c_str());
  std::printf("| operation | calls | ms | of the step | GFLOP/s | GB/s |\n| --- | --- | --- | --- | --- | --- |\n");
  std::map<std::string, double> sums;
  for (const auto& [name, time] : rows) {
    const double each = time.seconds / repetitions;
    sums[name.substr(0, name.find(' '))] += each;
    std::printf("| %s | %.0f | %.3f | %.1f %% | %.0f | %.1f |\n", name.c_str(),
                static_cast<double>(time.calls) / repetitions, each * 1e3, each / step * 100,
                time.flops / time.seconds * 1e-9, time.bytes / time.seconds * 1e-9);
  }
  std::printf("\n| all shapes | ms | of the step |\n| --- | --- | --- |\n");
  for (const auto& [name, each] : sums)
    std::printf("| %s | %.3f | %.1f %% |\n", name.c_str(), each * 1e3, each / step * 100);
}
