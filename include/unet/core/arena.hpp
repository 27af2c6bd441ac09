// Memory for activations: one block, handed out and taken back in pieces.
//
// What a pass needs follows from the network's type and the image size: run the pass once on the Planner backend, which
// computes nothing, and read the arena's high-water mark.
#pragma once
#include <algorithm>
#include <new>
#include <stdexcept>
#include <utility>

#include "unet/core/arena_piece.hpp"

namespace unet {

/// First-fit allocator over one block of backend memory that grows only between passes. Not thread safe: passes are issued
/// by one thread. The same sequence of requests gets the same addresses, which keeps runs reproducible.
template <class Backend>
class Arena {
 public:
  static constexpr Index granule = 64;  // bytes: a cache line

  Arena() = default;
  /// Nothing may be allocated at the time: pieces return to the arena that they came from.
  Arena(Arena&& other) noexcept { *this = std::move(other); }
  Arena& operator=(Arena&& other) noexcept {
    std::swap(base_, other.base_);
    std::swap(capacity_, other.capacity_);
    pieces_.swap(other.pieces_);
    return *this;
  }
  ~Arena() { Backend::deallocate(base_); }

  /// Makes room for passes that need up to `bytes`. Throws std::logic_error when more is needed while something is allocated.
  void reserve(Index bytes) {
    if (bytes <= capacity_) return;
    if (!pieces_.empty()) throw std::logic_error("Arena::reserve: memory of a pass is still in use");
    Backend::deallocate(base_);
    base_ = nullptr;
    capacity_ = 0;
    base_ = static_cast<std::byte*>(Backend::allocate(bytes));
    capacity_ = bytes;
  }

  /// Memory that returns to the arena when the last copy of the piece is gone. Throws std::bad_alloc beyond the reserve.
  [[gnu::noinline]] ArenaPiece allocate(Index bytes) {
    const Index size = std::max<Index>(granule, (bytes + granule - 1) / granule * granule);
    const Index start = pieces_.place(size);
    if (start + size > capacity_) throw std::bad_alloc();
    pieces_.take(start, size);
    try {
      return {pieces_, start, base_ + start};
    } catch (...) {
      pieces_.give_back(start);
      throw;
    }
  }

  Index capacity() const { return capacity_; }
  /// Highest address used so far, in bytes from the start.
  Index peak() const { return pieces_.peak(); }
  /// Where its memory begins: it moves when reserve() makes it larger.
  const void* base() const { return base_; }

 private:
  std::byte* base_ = nullptr;
  Index capacity_ = 0;
  ArenaPieces pieces_;
};

}  // namespace unet
