// The signal that comes with a write beyond the longest file that a process may have (RLIMIT_FSIZE).
#pragma once
#include <pthread.h>
#include <signal.h>

#include <ctime>

namespace unet::detail {

/// While this lives, such a write of the calling thread only fails (EFBIG): SIGXFSZ, which would end the process in the middle of
/// a file, is kept back. One that was pending before stays so.
class NoFileSizeSignal {
 public:
  NoFileSizeSignal() {
    sigset_t pending;
    ::sigpending(&pending);
    was_pending_ = ::sigismember(&pending, SIGXFSZ) == 1;
    ::sigemptyset(&set_);
    ::sigaddset(&set_, SIGXFSZ);
    ::pthread_sigmask(SIG_BLOCK, &set_, &before_);
  }
  NoFileSizeSignal(const NoFileSizeSignal&) = delete;
  NoFileSizeSignal& operator=(const NoFileSizeSignal&) = delete;
  ~NoFileSizeSignal() {
    const timespec at_once = {};
    if (!was_pending_) ::sigtimedwait(&set_, nullptr, &at_once);
    ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  }

 private:
  sigset_t set_, before_;
  bool was_pending_ = false;
};

}  // namespace unet::detail
