// What all programs share: how they end, and how they are interrupted.
#pragma once
#include <csignal>
#include <cstdio>
#include <exception>
#include <new>
#include <string>

#include "unet/core/error.hpp"
#include "unet/core/parallel.hpp"

namespace app {

namespace detail {
inline volatile std::sig_atomic_t interrupting_signal = 0;
}

/// From here on the first Ctrl-C or SIGTERM only sets what interrupted() gives; a second one ends the program at once.
inline void catch_interrupts() {
  struct sigaction action = {};
  action.sa_handler = [](int signal) { detail::interrupting_signal = signal; };
  action.sa_flags = static_cast<int>(SA_RESETHAND) | SA_RESTART;
  ::sigaction(SIGINT, &action, nullptr);
  ::sigaction(SIGTERM, &action, nullptr);
}

inline bool interrupted() { return detail::interrupting_signal != 0; }
/// 130 after Ctrl-C, 143 after SIGTERM, as shells expect.
inline int interrupted_exit_code() { return 128 + static_cast<int>(detail::interrupting_signal); }

/// Thrown where long work notices that it shall stop; guarded() turns it into the exit code that shells expect.
struct Interrupted {};

inline void stop_if_interrupted() {
  if (interrupted()) throw Interrupted{};
}

/// What --threads says; 0: all cores. Throws OptionError.
inline void use_threads(int threads) {
  constexpr int most = 1024;  // far more than that OpenMP can not start, and crashes
  if (threads < 0 || threads > most)
    throw unet::OptionError("--threads must be from 1 to " + std::to_string(most) + ", not " + std::to_string(threads));
  if (threads > 0) unet::set_thread_count(threads);
}

/// Runs a program's body; what it throws becomes a message and exit code 1 (2 for a wrong option).
template <class Body>
int guarded(const char* program, const Body& body) {
  try {
    return body();
  } catch (const unet::OptionError& error) {
    std::fprintf(stderr, "%s: %s\n", program, error.what());
    return 2;
  } catch (const Interrupted&) {
    std::fprintf(stderr, "%s: interrupted; what was finished is kept\n", program);
    return interrupted_exit_code();
  } catch (const std::bad_alloc&) {
    std::fprintf(stderr, "%s: out of memory; use a smaller --batch or --size\n", program);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s: %s\n", program, error.what());
  }
  return 1;
}

}  // namespace app
