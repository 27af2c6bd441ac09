// Runs a command and fails when it fails, takes longer than a number of seconds, or any of its processes needs more than a
// number of megabytes: measure_command SECONDS MEGABYTES COMMAND [ARGUMENT...]
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <iostream>

int main(int argc, char** argv) {
  if (argc < 4) {
    std::cerr << "usage: measure_command SECONDS MEGABYTES COMMAND [ARGUMENT...]\n";
    return 2;
  }
  const double seconds_limit = std::atof(argv[1]), megabytes_limit = std::atof(argv[2]);

  const auto start = std::chrono::steady_clock::now();
  const pid_t child = fork();
  if (child == 0) {
    execvp(argv[3], argv + 3);
    std::perror(argv[3]);
    _exit(127);
  }
  int status = 0;
  if (child < 0 || waitpid(child, &status, 0) != child || !WIFEXITED(status) || WEXITSTATUS(status) != 0) {
    std::cerr << argv[3] << " failed\n";
    return 1;
  }
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
  rusage usage{};
  getrusage(RUSAGE_CHILDREN, &usage);
  const double megabytes = usage.ru_maxrss / 1e6 * 1024;  // Linux counts in KiB

  const bool fits = seconds.count() <= seconds_limit && megabytes <= megabytes_limit;
  std::cout << seconds.count() << " s of " << seconds_limit << ", " << megabytes << " MB of " << megabytes_limit
            << (fits ? "" : ": over the limit") << "\n";
  return fits ? 0 : 1;
}
