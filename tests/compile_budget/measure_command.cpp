// Runs a command and fails when it fails, takes too much processor time, or any of its processes needs more than a number of
// megabytes. The time's limit is in seconds or, after --times, in multiples of what another command takes, which runs first: so it
// holds on a slow machine too.
//   measure_command LIMIT MEGABYTES [--times COMMAND [ARGUMENT...] --] COMMAND [ARGUMENT...]
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <optional>
#include <string_view>

namespace {

struct Cost {
  double seconds, megabytes;
};

/// Nothing when the command fails. `command` ends with null.
std::optional<Cost> run(char** command) {
  const pid_t child = fork();
  if (child == 0) {
    execvp(*command, command);
    std::perror(*command);
    _exit(127);
  }
  int status = 0;
  rusage usage{};
  if (child < 0 || wait4(child, &status, 0, &usage) != child || !WIFEXITED(status) || WEXITSTATUS(status) != 0) {
    std::cerr << *command << " failed\n";
    return {};
  }
  const auto to_seconds = [](timeval t) {
    return static_cast<double>(t.tv_sec) + 1e-6 * static_cast<double>(t.tv_usec);
  };
  return Cost{to_seconds(usage.ru_utime) + to_seconds(usage.ru_stime),
              static_cast<double>(usage.ru_maxrss) * 1024 / 1e6};  // Linux counts in KiB
}

int usage() {
  std::cerr << "usage: measure_command LIMIT MEGABYTES [--times COMMAND [ARGUMENT...] --] COMMAND [ARGUMENT...]\n";
  return 2;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 4) return usage();
  const double limit = std::atof(argv[1]), megabytes_limit = std::atof(argv[2]);
  char** command = argv + 3;
  double unit = 1;
  if (*command == std::string_view("--times")) {
    char** const end = std::find(command, argv + argc, std::string_view("--"));
    if (end == argv + argc || end + 1 == argv + argc || end == command + 1) return usage();
    *end = nullptr;
    const std::optional<Cost> reference = run(command + 1);
    if (!reference) return 1;
    unit = reference->seconds;
    command = end + 1;
    std::cout << *command << " against a command of " << unit << " s: ";
  }
  const std::optional<Cost> cost = run(command);
  if (!cost) return 1;
  const bool fits = cost->seconds <= limit * unit && cost->megabytes <= megabytes_limit;
  std::cout << cost->seconds << " s of " << limit * unit << ", " << cost->megabytes << " MB of " << megabytes_limit
            << (fits ? "" : ": over the limit") << "\n";
  return fits ? 0 : 1;
}
