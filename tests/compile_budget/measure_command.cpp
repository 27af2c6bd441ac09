// Runs a command and fails when it fails, takes more than a number of seconds of processor time (which other programs on the
// machine hardly change), or any of its processes needs more than a number of megabytes:
//   measure_command SECONDS MEGABYTES COMMAND [ARGUMENT...]
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <iostream>

int main(int argc, char** argv) {
  if (argc < 4) {
    std::cerr << "usage: measure_command SECONDS MEGABYTES COMMAND [ARGUMENT...]\n";
    return 2;
  }
  const double seconds_limit = std::atof(argv[1]), megabytes_limit = std::atof(argv[2]);

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
  rusage usage{};
  getrusage(RUSAGE_CHILDREN, &usage);
  const auto to_seconds = [](timeval t) {
    return static_cast<double>(t.tv_sec) + 1e-6 * static_cast<double>(t.tv_usec);
  };
  const double seconds = to_seconds(usage.ru_utime) + to_seconds(usage.ru_stime);
  const double megabytes = static_cast<double>(usage.ru_maxrss) * 1024 / 1e6;  // Linux counts in KiB

  const bool fits = seconds <= seconds_limit && megabytes <= megabytes_limit;
  std::cout << seconds << " s of " << seconds_limit << ", " << megabytes << " MB of " << megabytes_limit
            << (fits ? "" : ": over the limit") << "\n";
  return fits ? 0 : 1;
}
