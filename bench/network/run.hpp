// The benchmark's command line, for the backends of one machine.
#pragma once
#include <sys/wait.h>
#include <unistd.h>

#include <charconv>
#include <string_view>

#include "tables.hpp"
#include "unet/core/bf16.hpp"

struct UsageError : unet::Error {
  using Error::Error;
};

/// "256,512"
inline std::vector<unet::Index> numbers(std::string_view text) {
  std::vector<unet::Index> values;
  for (const char *at = text.data(), *const end = at + text.size(); at < end; ++at) {
    unet::Index value = 0;
    const auto [next, error] = std::from_chars(at, end, value);
    if (error != std::errc() || value < 1 || (next < end && *next != ','))
      throw UsageError("'" + std::string(text) + "' is no list of numbers like 256,512");
    values.push_back(value);
    at = next;
  }
  return values;
}

template <class Machine, class T>
void measure_with(const std::string& work, const Configuration& c, bool json) {
  using B = typename Machine::template Backend<T>;
  Machine::begin(c);
  if (work == "operations")
    print_operations(c, training<Machine, Timed<B, typename Machine::Stopwatch>>(c), Machine::name(),
                     Machine::ceilings(), json);
  else
    print_row(work, c,
              work == "train"     ? training<Machine, B>(c)
              : work == "predict" ? inference<Machine, B>(c)
                                  : forward<Machine, B>(c),
              Machine::name(), json);
}

/// A configuration has a process of its own. Whether it succeeded.
template <class Call>
bool succeeds_in_a_process(const Call& call) {
  std::fflush(nullptr);
  const pid_t child = ::fork();
  if (child < 0) throw unet::Error("no process can be started");
  if (child == 0) {
    int status = 0;
    try {
      call();
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

template <class Machine>
int run(std::vector<std::string> arguments) {
  using unet::Index;
  const bool json = std::erase(arguments, "--json") > 0, bf16 = std::erase(arguments, "--bf16") > 0;
  const std::string work = arguments.empty() ? "" : arguments[0];
  if (work != "train" && work != "predict" && work != "forward" && work != "operations")
    throw UsageError(
        "usage: network train|predict|forward|operations [sizes] [batches] [threads] [repetitions] [--bf16] [--json]");
  const auto given = [&](std::size_t i, Index otherwise) {
    return arguments.size() > i ? numbers(arguments[i]) : std::vector<Index>{otherwise};
  };
  const std::vector<Index> sizes = given(1, 256), batches = given(2, work == "predict" || work == "forward" ? 1 : 8),
                           threads = given(3, unet::thread_count());
  const Index repetitions = given(4, 5).front();
  bool good = true;
  if (work != "operations" && !json) good = succeeds_in_a_process([] { print_header(Machine::name()); });
  for (const Index size : sizes)
    for (const Index batch : batches)
      for (const Index some : threads)
        good = succeeds_in_a_process([&] {
                 const Configuration c{size, batch, some, repetitions, bf16};
                 if (bf16)
                   measure_with<Machine, unet::bf16>(work, c, json);
                 else
                   measure_with<Machine, float>(work, c, json);
               }) &&
               good;
  return good ? 0 : 1;
}

template <class Machine>
int run_main(int argc, char** argv) {
  try {
    return run<Machine>({argv + 1, argv + argc});
  } catch (const UsageError& error) {
    std::fprintf(stderr, "network: %s\n", error.what());
    return 2;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "network: %s\n", error.what());
    return 1;
  }
}
