#include "support/cli/program.hpp"

#ifdef _OPENMP
#include <omp.h>
#endif

#include <csignal>
#include <cstdio>
#include <new>
#include <string>

#include "unet/core/error.hpp"
#include "unet/core/parallel.hpp"

namespace app {

namespace {
volatile std::sig_atomic_t interrupting_signal = 0;
}

void catch_interrupts() {
  struct sigaction action = {};
  action.sa_handler = [](int signal) { interrupting_signal = signal; };
  action.sa_flags = static_cast<int>(SA_RESETHAND) | SA_RESTART;
  ::sigaction(SIGINT, &action, nullptr);
  ::sigaction(SIGTERM, &action, nullptr);
  // A terminal that is closed may send this twice, from the shell and from the system, so the second one ends nothing. Who
  // started the program with nohup wants it to go on.
  struct sigaction before = {};
  action.sa_flags = SA_RESTART;
  if (::sigaction(SIGHUP, nullptr, &before) == 0 && before.sa_handler != SIG_IGN) ::sigaction(SIGHUP, &action, nullptr);
}

bool interrupted() { return interrupting_signal != 0; }

int interrupted_exit_code() { return 128 + static_cast<int>(interrupting_signal); }

void stop_if_interrupted() {
  if (interrupted()) throw Interrupted{};
}

void use_threads(int threads) {
  constexpr int most = 1024;  // far more than that OpenMP can not start, and crashes
  if (threads < 0 || threads > most)
    throw unet::OptionError("--threads must be from 1 to " + std::to_string(most) + ", not " + std::to_string(threads));
  if (threads > 0) unet::set_thread_count(threads);
#ifdef _OPENMP
  if (const int wanted = omp_get_max_threads(); wanted > unet::thread_count())
    std::fprintf(stderr, "note: %d threads are too many for this machine; %d are used\n", wanted, unet::thread_count());
#endif
}

}  // namespace app
