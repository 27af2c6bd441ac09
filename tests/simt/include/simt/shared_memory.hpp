// A block's shared memory, and who touched it when: two threads at the same bytes, one of them writing, without a barrier in
// between, are a Fault.
#pragma once
#include <sys/mman.h>

#include <cstddef>
#include <cstring>
#include <new>
#include <string>
#include <vector>

#include "fault.hpp"
#include "sanitizer.hpp"
#include "settings.hpp"

namespace simt::detail {

enum class Access { read, write, atomic };

class SharedMemory {
 public:
  SharedMemory() {
    void* const memory = ::mmap(nullptr, area + guard, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) throw std::bad_alloc();
    area_ = static_cast<char*>(memory);
    // What lies behind may not be touched, AddressSanitizer or not.
    if (::mprotect(area_ + area, guard, PROT_NONE) != 0) throw std::bad_alloc();
  }

  /// Shared memory for the blocks of one launch; the guard follows after less than 1024 bytes.
  void resize(int bytes) {
    unpoison(area_, area);
    bytes_ = bytes;
    const auto size = static_cast<std::size_t>(bytes);
    data_ = area_ + area - (size + alignment - 1) / alignment * alignment;
    poison(area_, static_cast<std::size_t>(data_ - area_));
    poison(data_ + size, static_cast<std::size_t>(area_ + area - data_) - size);
    if (cells_.size() < size / cell_bytes + 1) cells_.resize(size / cell_bytes + 1);
  }
  /// What all wrote before is gone.
  void start_block() {
    std::memset(data_, 0xff, static_cast<std::size_t>(bytes_));
    ++epoch_;
  }
  void barrier() { ++epoch_; }
  /// After a Fault.
  void forget() { cells_.assign(cells_.size(), Cell{}); }

  char* data() const { return data_; }
  bool contains(const void* address) const {
    const auto* const at = static_cast<const char*>(address);
    return at >= data_ && at < data_ + bytes_;
  }

  /// Thread `rank` touches `bytes` after `sync` __syncwarp of its warp.
  void touch(int rank, unsigned sync, const void* address, int bytes, int alignment_wanted, Access access,
             const char* what) {
    check(address, bytes, alignment_wanted, what);
    const std::size_t begin = first_cell(address), end = last_cell(address, bytes);
    for (std::size_t i = begin; i <= end; ++i) {
      Cell& cell = cells_[i];
      const bool same_writer_warp = cell.writer / 32 == rank / 32;
      if (cell.in_flight) fail(what, rank, i, "a cp.async is still on its way, issued by", cell.writer);
      if (cell.write_epoch == epoch_ && cell.writer != rank && !(same_writer_warp && cell.write_sync < sync) &&
          !(access == Access::atomic && cell.atomic))
        fail(what, rank, i, "race with a write of", cell.writer);
      if (access == Access::read)
        read(cell, rank, sync);
      else
        write(cell, rank, sync, access == Access::atomic, what, i);
    }
  }
  /// A cp.async is issued: until its issuer has waited for it, nobody may touch its target.
  void depart(void* address, int bytes) { set_in_flight(address, bytes, true); }
  void arrive(void* address, int bytes) { set_in_flight(address, bytes, false); }

 private:
  static constexpr std::size_t alignment = 1024, area = max_shared_bytes + 1024, guard = 4096, cell_bytes = 2;

  /// Who touched two bytes last, and when. Epochs are the times between barriers; 0 is never.
  struct Cell {
    unsigned write_epoch = 0, read_epoch = 0, write_sync = 0, read_sync = 0;
    short writer = -1, reader = -1;
    bool atomic = false, in_flight = false, many_warps = false, many_lanes = false;
  };

  std::size_t first_cell(const void* address) const {
    return static_cast<std::size_t>(static_cast<const char*>(address) - data_) / cell_bytes;
  }
  std::size_t last_cell(const void* address, int bytes) const {
    return first_cell(static_cast<const char*>(address) + bytes - 1);
  }
  void set_in_flight(const void* address, int bytes, bool in_flight) {
    const std::size_t end = last_cell(address, bytes);
    for (std::size_t i = first_cell(address); i <= end; ++i) cells_[i].in_flight = in_flight;
  }
  void check(const void* address, int bytes, int alignment_wanted, const char* what) const {
    const std::ptrdiff_t at = static_cast<const char*>(address) - data_;
    const bool inside = at >= 0 && at + bytes <= bytes_;
    if (inside && at % alignment_wanted == 0) return;
    throw Fault(
        std::string(what) + " of " + std::to_string(bytes) + " bytes at shared byte " + std::to_string(at) +
        (inside ? ": unaligned" : ": outside of the block's " + std::to_string(bytes_) + " bytes of shared memory"));
  }
  [[noreturn]] static void fail(const char* what, int rank, std::size_t cell, const char* why, int other) {
    throw Fault(std::string(what) + " by thread " + std::to_string(rank) + " at shared byte " +
                std::to_string(cell * cell_bytes) + ": " + why + " thread " + std::to_string(other));
  }

  void read(Cell& cell, int rank, unsigned sync) const {
    const bool again = cell.read_epoch == epoch_;
    cell.many_warps = again && (cell.many_warps || cell.reader / 32 != rank / 32);
    cell.many_lanes = again && cell.read_sync == sync && (cell.many_lanes || cell.reader != rank);
    cell.reader = static_cast<short>(rank);
    cell.read_epoch = epoch_;
    cell.read_sync = sync;
  }
  void write(Cell& cell, int rank, unsigned sync, bool atomic, const char* what, std::size_t i) const {
    if (cell.read_epoch == epoch_) {
      const bool same_warp = cell.reader / 32 == rank / 32;
      const bool unordered = cell.reader != rank && !(same_warp && cell.read_sync < sync);
      if (cell.many_warps || (cell.many_lanes && cell.read_sync == sync) || unordered)
        fail(what, rank, i, "race with a read of", cell.reader);
    }
    const bool first = cell.write_epoch != epoch_ || (cell.writer / 32 == rank / 32 && cell.write_sync < sync);
    cell.atomic = atomic && (first || cell.atomic);  // a plain store before, of the same thread, still counts
    cell.writer = static_cast<short>(rank);
    cell.write_epoch = epoch_;
    cell.write_sync = sync;
  }

  char *area_ = nullptr, *data_ = nullptr;
  int bytes_ = 0;
  unsigned epoch_ = 0;
  std::vector<Cell> cells_;
};

}  // namespace simt::detail
