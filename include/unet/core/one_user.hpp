// Whether something that is not thread safe is used by two at once: told before memory is spoilt.
#pragma once
#include <atomic>

#include "unet/core/error.hpp"

namespace unet {

/// Belongs to an object and knows whether it is in use. What it is moved to is not in use, as nothing may be that is moved.
/// It costs two atomic operations a use, so it is no matter of assertions.
class OneUser {
 public:
  /// The object is in use as long as this lives.
  class Use {
   public:
    explicit Use(std::atomic<bool>& busy) : busy_(busy) {}
    Use(const Use&) = delete;
    Use& operator=(const Use&) = delete;
    ~Use() { busy_.store(false, std::memory_order_release); }

   private:
    std::atomic<bool>& busy_;
  };

  OneUser() = default;
  OneUser(OneUser&&) noexcept {}
  OneUser& operator=(OneUser&&) noexcept { return *this; }

  /// Throws Error with this message when the object is in use.
  [[nodiscard]] Use begin(const char* message) {
    if (busy_.exchange(true, std::memory_order_acquire)) throw Error(message);
    return Use(busy_);
  }

 private:
  std::atomic<bool> busy_ = false;
};

}  // namespace unet
