// Device memory: one region of addresses that the host may touch only while the emulator works. What nobody has written to,
// and what was freed, is not a number.
#pragma once
#include <sys/mman.h>

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <map>
#include <new>
#include <string>
#include <utility>

#include "fault.hpp"
#include "sanitizer.hpp"

namespace simt::detail {

class DeviceMemory {
 public:
  DeviceMemory() {
    void* const memory = ::mmap(nullptr, capacity, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (memory == MAP_FAILED) throw std::bad_alloc();
    base_ = static_cast<char*>(memory);
    ::madvise(base_, capacity, MADV_HUGEPAGE);  // makes open and close quick; it does not matter if there are none
  }

  /// Null if it is more than `limit` bytes with all that the device has already.
  void* allocate(std::size_t bytes, int device, std::size_t limit) {
    if (bytes > limit || used(device) + bytes > limit) return nullptr;
    const Open open(*this);
    const std::size_t slot = slot_of(bytes);
    std::size_t start = 0;
    for (const auto& [at, piece] : pieces_) {  // the first gap that is wide enough
      if (at - start >= slot) break;
      start = at + slot_of(piece.bytes);
    }
    if (start + slot > capacity) return nullptr;
    pieces_[start] = {bytes, device};
    grow();
    unpoison(base_ + start, bytes);
    std::memset(base_ + start, 0xff, bytes);
    return base_ + start;
  }
  /// False if nothing is allocated there.
  bool release(void* address) {
    const auto piece = pieces_.find(offset(address));
    if (piece == pieces_.end()) return false;
    const Open open(*this);
    std::memset(base_ + piece->first, 0xff, piece->second.bytes);
    poison(base_ + piece->first, piece->second.bytes);
    pieces_.erase(piece);
    return true;
  }

  /// Whether all these bytes lie in one allocation.
  bool contains(const void* address, std::size_t bytes) const {
    const std::size_t at = offset(address);
    auto piece = pieces_.upper_bound(at);
    if (piece == pieces_.begin()) return false;
    --piece;
    const std::size_t inside = at - piece->first;
    return inside <= piece->second.bytes && bytes <= piece->second.bytes - inside;
  }
  bool starts_at(const void* address) const { return pieces_.contains(offset(address)); }
  /// Whether the address is the device's at all, allocated or not.
  bool owns(const void* address) const { return offset(address) < capacity; }
  std::size_t used(int device) const {
    std::size_t sum = 0;
    for (const auto& [at, piece] : pieces_) sum += piece.device == device ? piece.bytes : 0;
    return sum;
  }

  /// While one lives, the memory can be read and written.
  class Open {
   public:
    explicit Open(DeviceMemory& memory) : memory_(memory) {
      if (memory_.opened_++ == 0) memory_.open_until(memory_.end());
    }
    Open(const Open&) = delete;
    Open& operator=(const Open&) = delete;
    ~Open() {
      if (--memory_.opened_ == 0) memory_.close();
    }

   private:
    DeviceMemory& memory_;
  };

  /// To be called while it is open: who wrote behind the end of an allocation is noticed without AddressSanitizer too.
  void check_zones() const {
    if (address_sanitizer) return;  // which has noticed, and would notice this check
    static const auto untouched = [] {
      std::string bytes(2 * zone, '\xff');
      return bytes;
    }();
    for (const auto& [at, piece] : pieces_) {
      char* const end = base_ + at + piece.bytes;
      const std::size_t bytes = slot_of(piece.bytes) - piece.bytes;
      if (std::memcmp(end, untouched.data(), bytes) == 0) continue;
      std::memset(end, 0xff, bytes);
      throw Fault("device memory was written to behind the end of an allocation of " + std::to_string(piece.bytes) +
                  " bytes");
    }
  }

 private:
  struct Piece {
    std::size_t bytes;
    int device;
  };
  static constexpr std::size_t capacity = std::size_t{1} << 36, zone = 256, step = std::size_t{1} << 21;

  /// What an allocation takes, with the zone behind it.
  static std::size_t slot_of(std::size_t bytes) { return (bytes + zone - 1) / zone * zone + zone; }
  std::size_t offset(const void* address) const {
    return static_cast<std::size_t>(static_cast<const char*>(address) - base_);
  }

  /// Of all that is allocated: what lies behind stays closed, which saves time.
  std::size_t end() const {
    if (pieces_.empty()) return 0;
    const auto& [at, piece] = *pieces_.rbegin();
    return (at + slot_of(piece.bytes) + step - 1) / step * step;
  }
  void open_until(std::size_t end) {
    if (end > open_end_) protect(open_end_, end, PROT_READ | PROT_WRITE);
    open_end_ = std::max(open_end_, end);
  }
  void close() {
    protect(0, open_end_, PROT_NONE);
    open_end_ = 0;
  }
  void protect(std::size_t begin, std::size_t end, int access) {
    if (begin < end && ::mprotect(base_ + begin, end - begin, access) != 0) throw std::bad_alloc();
  }
  void grow() {
    open_until(end());
    if (end() <= size_) return;
    std::memset(base_ + size_, 0xff, end() - size_);
    poison(base_ + size_, end() - size_);
    size_ = end();
  }

  char* base_ = nullptr;
  std::size_t size_ = 0;  ///< of the part that was ever used
  std::size_t open_end_ = 0;
  int opened_ = 0;
  std::map<std::size_t, Piece> pieces_;  // by start
};

/// Never destroyed: static objects may still free memory at the end.
inline DeviceMemory& device_memory() {
  static DeviceMemory* const memory = new DeviceMemory;
  return *memory;
}

}  // namespace simt::detail
