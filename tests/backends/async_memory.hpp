// Memory of the asynchronous test backend: the host is killed when it reads or writes it.
#pragma once
#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <cstring>
#include <map>
#include <mutex>
#include <new>
#include <stdexcept>
#include <type_traits>

#include "unet/core/arena_piece.hpp"

namespace async {

/// One region that is mapped twice. The addresses that the library gets lie in a mapping that nobody may touch; the backend's
/// own threads use the other one, a constant distance away. What is free, or not yet written to, is filled with bytes that
/// are not a number.
class Memory {
 public:
  static Memory& get() {
    static Memory memory;
    return memory;
  }

  void* allocate(unet::Index bytes) {
    const std::lock_guard lock(mutex_);
    const unet::Index size = std::max<unet::Index>(granule, (bytes + granule - 1) / granule * granule);
    const unet::Index start = pieces_.place(size);
    if (start + size > capacity) throw std::bad_alloc();
    pieces_.take(start, size);
    sizes_[start] = size;
    std::memset(open_ + start, 0xFF, static_cast<std::size_t>(size));
    return guarded_ + start;
  }
  void deallocate(void* memory) {
    const std::lock_guard lock(mutex_);
    const unet::Index start = static_cast<char*>(memory) - guarded_;
    const auto found = sizes_.find(start);
    if (found == sizes_.end()) throw std::logic_error("memory is given back that was not allocated, or not any more");
    std::memset(open_ + start, 0xFF, static_cast<std::size_t>(found->second));
    pieces_.give_back(start);
    sizes_.erase(found);
  }

  /// Where the backend's own threads find what is at that address. Throws std::logic_error for one that is not in allocated
  /// memory of the backend.
  template <class T>
  T* open(T* address) const {
    if (!address) return nullptr;
    using Byte = std::conditional_t<std::is_const_v<T>, const char, char>;
    const unet::Index place = reinterpret_cast<const char*>(address) - guarded_;
    const std::lock_guard lock(mutex_);
    auto after = sizes_.upper_bound(place);
    if (place < 0 || after == sizes_.begin() || std::prev(after)->first + std::prev(after)->second <= place)
      throw std::logic_error("an operation was given an address that is not in the backend's memory");
    return reinterpret_cast<T*>(static_cast<Byte*>(open_) + place);
  }

 private:
  static constexpr unet::Index granule = 64, capacity = unet::Index{1} << 30;

  Memory() {
    const int file = ::memfd_create("backend memory", MFD_CLOEXEC);
    if (file < 0 || ::ftruncate(file, capacity) != 0) throw std::bad_alloc();
    guarded_ = map(file, PROT_NONE);
    open_ = map(file, PROT_READ | PROT_WRITE);
    ::close(file);
  }
  static char* map(int file, int access) {
    void* const address = ::mmap(nullptr, capacity, access, MAP_SHARED, file, 0);
    if (address == MAP_FAILED) throw std::bad_alloc();
    return static_cast<char*>(address);
  }

  mutable std::mutex mutex_;
  char *guarded_, *open_;
  unet::ArenaPieces pieces_;
  std::map<unet::Index, unet::Index> sizes_;  // by start
};

}  // namespace async
