// What all programs share: how they are interrupted, and on how many threads they run.
#pragma once

namespace app {

/// From here on the first Ctrl-C, SIGTERM or SIGHUP (a closed terminal; not under nohup) only sets what interrupted() gives; a
/// second Ctrl-C or SIGTERM ends the program at once.
void catch_interrupts();

bool interrupted();

/// 130 after Ctrl-C, 143 after SIGTERM, 129 after SIGHUP, as shells expect.
int interrupted_exit_code();

/// Thrown where long work notices that it shall stop; run_cli() turns it into the exit code that shells expect.
struct Interrupted {};

void stop_if_interrupted();

/// What --threads says; 0: all cores. Throws OptionError.
void use_threads(int threads);

}  // namespace app
