// Pieces of an arena: which bytes are taken, and by how many. No templates, so that a program compiles this once.
#pragma once
#include <algorithm>
#include <cstddef>
#include <map>
#include <utility>

#include "unet/core/shape.hpp"

namespace unet {

/// The taken ranges of an arena, in bytes from its start.
class ArenaPieces {
 public:
  /// Start of the first gap that holds `size` bytes.
  Index place(Index size) const {
    Index start = 0;
    for (const auto& [offset, length] : taken_) {
      if (offset - start >= size) break;
      start = offset + length;
    }
    return start;
  }
  void take(Index start, Index size) {
    taken_.emplace(start, size);
    peak_ = std::max(peak_, start + size);
  }
  void give_back(Index start) { taken_.erase(start); }

  bool empty() const { return taken_.empty(); }
  /// Highest end of a piece so far.
  Index peak() const { return peak_; }

 private:
  std::map<Index, Index> taken_;  // start -> size
  Index peak_ = 0;
};

/// Shared ownership of a piece: it returns to the arena when the last copy is gone. Not thread safe. (A std::shared_ptr
/// would do, but its code, inlined wherever feature maps are copied, made up a good part of a net's compile time.)
class ArenaPiece {
 public:
  ArenaPiece() = default;
  [[gnu::noinline]] ArenaPiece(ArenaPieces& arena, Index start, void* address)
      : shared_(new Shared{&arena, start, address, 1}) {}
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
    if (shared_ && --shared_->owners == 0) {
      shared_->arena->give_back(shared_->start);
      delete shared_;
    }
    shared_ = nullptr;
  }

 private:
  struct Shared {
    ArenaPieces* arena;
    Index start;
    void* address;
    int owners;
  };
  Shared* shared_ = nullptr;
};

}  // namespace unet
