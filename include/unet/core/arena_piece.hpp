// Pieces of an arena: which bytes are taken, and by how many. No templates, so that a program compiles this once.
#pragma once
#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

#include "unet/core/shape.hpp"

namespace unet {

/// The taken ranges of an arena, in bytes from its start. What is needed to keep account of them is kept for the next ones: a pass
/// that has run before allocates none of it.
class ArenaPieces {
 public:
  /// What the owners of a piece share.
  struct Shared {
    Shared* next = nullptr;  ///< while nobody has it
    ArenaPieces* arena = nullptr;
    Index start = 0;
    void* address = nullptr;
    int owners = 0;
  };

  ArenaPieces() = default;
  ArenaPieces(const ArenaPieces&) = delete;
  ArenaPieces& operator=(const ArenaPieces&) = delete;
  ~ArenaPieces() {
    while (spare_) delete std::exchange(spare_, spare_->next);
  }
  /// Neither may have a piece that is in use.
  void swap(ArenaPieces& other) noexcept {
    taken_.swap(other.taken_);
    std::swap(spare_, other.spare_);
    std::swap(peak_, other.peak_);
  }

  /// Start of the first gap that holds `size` bytes.
  Index place(Index size) const {
    Index start = 0;
    for (const Range& range : taken_) {
      if (range.start - start >= size) break;
      start = range.start + range.size;
    }
    return start;
  }
  void take(Index start, Index size) {
    taken_.insert(find(start), {start, size});
    peak_ = std::max(peak_, start + size);
  }
  void give_back(Index start) noexcept { taken_.erase(find(start)); }

  [[gnu::noinline]] Shared* share(Index start, void* address) {
    Shared* const shared = spare_ ? std::exchange(spare_, spare_->next) : new Shared;
    *shared = {nullptr, this, start, address, 1};
    return shared;
  }
  /// Of the last owner.
  [[gnu::noinline]] void give_back(Shared* shared) noexcept {
    give_back(shared->start);
    shared->next = std::exchange(spare_, shared);
  }

  bool empty() const { return taken_.empty(); }
  /// Highest end of a piece so far.
  Index peak() const { return peak_; }

 private:
  struct Range {
    Index start, size;
  };
  std::vector<Range>::iterator find(Index start) {
    return std::lower_bound(taken_.begin(), taken_.end(), start,
                            [](const Range& range, Index at) { return range.start < at; });
  }

  std::vector<Range> taken_;  // by start
  Shared* spare_ = nullptr;
  Index peak_ = 0;
};

/// Shared ownership of a piece: it returns to the arena when the last copy is gone. Not thread safe. (A std::shared_ptr
/// would do, but its code, inlined wherever feature maps are copied, made up a good part of a net's compile time.)
class ArenaPiece {
 public:
  ArenaPiece() = default;
  /// Of a range that is taken.
  ArenaPiece(ArenaPieces& arena, Index start, void* address) : shared_(arena.share(start, address)) {}
  [[gnu::noinline]] ArenaPiece(const ArenaPiece& other) : shared_(other.shared_) {
    if (shared_) ++shared_->owners;
  }
  ArenaPiece(ArenaPiece&& other) noexcept : shared_(std::exchange(other.shared_, nullptr)) {}
  ArenaPiece& operator=(ArenaPiece other) noexcept {
    std::swap(shared_, other.shared_);
    return *this;
  }
  ~ArenaPiece() { reset(); }

  void* get() const { return shared_ ? shared_->address : nullptr; }
  [[gnu::noinline]] void reset() noexcept {
    if (shared_ && --shared_->owners == 0) shared_->arena->give_back(shared_);
    shared_ = nullptr;
  }

 private:
  ArenaPieces::Shared* shared_ = nullptr;
};

}  // namespace unet
