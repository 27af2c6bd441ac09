// Time and memory of the study's net, UNet<1, 1, 32, 4>, for every combination of sizes, batches and threads:
//
//   network train 256,512 8 1,2       training steps of batches of 8, at 256 x 256 and 512 x 512, with 1 thread and with 2
//   network predict 128,512,2048      inference of one image
//   network operations 256 8          a training step, operation by operation, beside what the machine can do
//
// After the work: sizes (256), batches (8 for training, 1 for inference), threads (all), repetitions (5). Each combination runs in a
// process of its own, so that its peak memory is its own. Feature maps are stored in fp32, or with --bf16 in bf16. Prints a Markdown
// table, or with --json an object a line, for programs that put others' times beside these.
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <iostream>
#include <numeric>
#include <string>
#include <string_view>
#include <vector>

#include "peak.hpp"
#include "timed_backend.hpp"
#include "unet/unet.hpp"

namespace {

using unet::Index;
using Clock = std::chrono::steady_clock;
using Net = unet::UNet<1, 1, 32, 4>;

struct UsageError : unet::Error {
  using Error::Error;
};

struct Configuration {
  Index size, batch, threads, repetitions;
  bool bf16;
};

double since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

/// Seconds of each call, after two that take memory from the system and fill caches.
template <class Call>
std::vector<double> seconds_of(Index repetitions, const Call& call) {
  call();
  call();
  operation_times().clear();
  std::vector<double> seconds;
  for (Index i = 0; i < repetitions; ++i) {
    const Clock::time_point start = Clock::now();
    call();
    seconds.push_back(since(start));
  }
  return seconds;
}

unet::HostTensor<float> random_map(Index batch, Index size, bool mask) {
  unet::HostTensor<float> map({batch, size, size, 1});
  unet::Random random(mask, unet::Purpose::test);
  for (float& value : map.values) value = mask ? random.uniform() > 0.5 : static_cast<float>(random.normal());
  return map;
}

template <class B>
std::vector<double> training(const Configuration& c) {
  unet::Trainer<Net, B> trainer({.batch_size = c.batch, .learning_rate = 1e-3});
  const unet::Batch batch{random_map(c.batch, c.size, false), random_map(c.batch, c.size, true)};
  return seconds_of(c.repetitions, [&] { trainer.step(batch); });
}

template <class B>
std::vector<double> inference(const Configuration& c) {
  unet::Model<Net, B> model(1);
  model.discard_values();
  const unet::HostTensor<float> images = random_map(c.batch, c.size, false);
  return seconds_of(c.repetitions, [&] { model(images.view()); });
}

const char* precision(const Configuration& c) { return c.bf16 ? "bf16" : "fp32"; }

void print_row(const std::string& work, const Configuration& c, std::vector<double> seconds, bool json) {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  const double megabytes = static_cast<double>(usage.ru_maxrss) / 1e3;
  std::sort(seconds.begin(), seconds.end());
  if (json) {
    std::printf(R"({"work": "%s", "precision": "%s", "size": %td, "batch": %td, "threads": %td, "megabytes": %.0f, )"
                R"("version": "%s", "isa": "%s", "ms": [)",
                work.c_str(), precision(c), c.size, c.batch, c.threads, megabytes, unet::version,
                unet::Cpu<float>::instruction_set().c_str());
    for (std::size_t i = 0; i < seconds.size(); ++i) std::printf("%s%.3f", i ? ", " : "", seconds[i] * 1e3);
    std::printf("]}\n");
    return;
  }
  const double middle = median(seconds), pixels = static_cast<double>(c.batch * c.size * c.size);
  std::printf("| %s | %s | %td | %td | %td | %.1f | %.1f to %.1f | %.3f | %.0f |\n", work.c_str(), precision(c), c.size,
              c.batch, c.threads, middle * 1e3, seconds.front() * 1e3, seconds.back() * 1e3, middle / pixels * 1e6,
              megabytes);
}

/// Means over the repetitions, beside what the machine can do.
void print_operations(const Configuration& c, const std::vector<double>& seconds, bool json) {
  const double repetitions = static_cast<double>(c.repetitions);
  const double step = std::accumulate(seconds.begin(), seconds.end(), 0.0) / repetitions;
  std::vector<std::pair<std::string, OperationTime>> rows(operation_times().begin(), operation_times().end());
  std::sort(rows.begin(), rows.end(), [](const auto& a, const auto& b) { return a.second.seconds > b.second.seconds; });
  if (json) {
    std::printf(R"({"work": "operations", "precision": "%s", "size": %td, "batch": %td, "threads": %td, "isa": "%s", )"
                R"("peak_gflops": %.1f, "peak_gigabytes": %.1f, "ms": [%.3f], "operations": [)",
                precision(c), c.size, c.batch, c.threads, unet::Cpu<float>::instruction_set().c_str(), peak::gflops(),
                peak::gigabytes(), step * 1e3);
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const OperationTime& time = rows[i].second;
      std::printf(R"(%s{"name": "%s", "ms": %.4f, "flops": %.0f, "bytes": %.0f})", i ? ", " : "", rows[i].first.c_str(),
                  time.seconds / repetitions * 1e3, time.flops / repetitions, time.bytes / repetitions);
    }
    std::printf("]}\n");
    return;
  }
  std::printf("A step takes %.1f ms. %td threads can do %.0f GFLOP/s and %.1f GB/s (%s).\n\n", step * 1e3, c.threads,
              peak::gflops(), peak::gigabytes(), unet::Cpu<float>::instruction_set().c_str());
  std::printf("| operation | calls | ms | of the step | GFLOP/s | GB/s |\n| --- | --- | --- | --- | --- | --- |\n");
  std::map<std::string, double> sums;
  for (const auto& [name, time] : rows) {
    const double each = time.seconds / repetitions;
    sums[name.substr(0, name.find(' '))] += each;
    std::printf("| %s | %.0f | %.2f | %.1f %% | %.0f | %.1f |\n", name.c_str(),
                static_cast<double>(time.calls) / repetitions, each * 1e3, each / step * 100,
                time.flops / time.seconds * 1e-9, time.bytes / time.seconds * 1e-9);
  }
  std::printf("\n| all shapes | ms | of the step |\n| --- | --- | --- |\n");
  for (const auto& [name, each] : sums)
    std::printf("| %s | %.2f | %.1f %% |\n", name.c_str(), each * 1e3, each / step * 100);
}

template <class B>
void measure_with(const std::string& work, const Configuration& c, bool json) {
  unet::set_thread_count(static_cast<int>(c.threads));
  if (work == "operations")
    print_operations(c, training<Timed<B>>(c), json);
  else
    print_row(work, c, work == "train" ? training<B>(c) : inference<B>(c), json);
}

void measure(const std::string& work, const Configuration& c, bool json) {
  if (c.bf16)
    measure_with<unet::Cpu<unet::bf16>>(work, c, json);
  else
    measure_with<unet::Cpu<float>>(work, c, json);
}

/// Whether it succeeded.
bool measure_in_a_process(const std::string& work, const Configuration& c, bool json) {
  std::fflush(nullptr);
  const pid_t child = ::fork();
  if (child < 0) throw unet::Error("no process can be started");
  if (child == 0) {
    int status = 0;
    try {
      measure(work, c, json);
    } catch (const std::exception& error) {
      std::fprintf(stderr, "network: %s\n", error.what());
      status = 1;
    }
    std::fflush(nullptr);
    ::_exit(status);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

std::vector<Index> numbers(std::string_view text) {
  std::vector<Index> values;
  for (const char *at = text.data(), *const end = at + text.size(); at < end; ++at) {
    Index value = 0;
    const auto [next, error] = std::from_chars(at, end, value);
    if (error != std::errc() || value < 1 || (next < end && *next != ','))
      throw UsageError("'" + std::string(text) + "' is no list of numbers like 256,512");
    values.push_back(value);
    at = next;
  }
  return values;
}

int run(std::vector<std::string> arguments) {
  const bool json = std::erase(arguments, "--json") > 0, bf16 = std::erase(arguments, "--bf16") > 0;
  const std::string work = arguments.empty() ? "" : arguments[0];
  if (work != "train" && work != "predict" && work != "operations")
    throw UsageError(
        "usage: network train|predict|operations [sizes] [batches] [threads] [repetitions] [--bf16] [--json]");
  const auto given = [&](std::size_t i, Index otherwise) {
    return arguments.size() > i ? numbers(arguments[i]) : std::vector<Index>{otherwise};
  };
  const std::vector<Index> sizes = given(1, 256), batches = given(2, work == "predict" ? 1 : 8),
                           threads = given(3, unet::thread_count());
  const Index repetitions = given(4, 5).front();
  if (work != "operations" && !json)
    std::printf(
        "unet %s, %s\n\n| work | maps | size | batch | threads | ms, median | ms | us a pixel | peak MB |\n"
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- |\n",
        unet::version, unet::Cpu<float>::instruction_set().c_str());
  bool good = true;
  for (const Index size : sizes)
    for (const Index batch : batches)
      for (const Index some : threads)
        good = measure_in_a_process(work, {size, batch, some, repetitions, bf16}, json) && good;
  return good ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run({argv + 1, argv + argc});
  } catch (const UsageError& error) {
    std::fprintf(stderr, "network: %s\n", error.what());
    return 2;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "network: %s\n", error.what());
    return 1;
  }
}
