// cp.async: copies from device to shared memory that arrive when their thread waits for them, and not before.
#pragma once
#include <algorithm>
#include <cstdint>
#include <cstring>

#include "block.hpp"
#include "device_memory.hpp"

namespace simt {

/// 16 bytes, of which those after the first valid_bytes become zeros and are not read.
inline void cp_async16(void* to, const void* from, int valid_bytes) {
  detail::Block& b = detail::block();
  detail::Thread& me = b.current();
  if (valid_bytes < 0 || valid_bytes > 16) throw Fault("cp.async: from 0 to 16 bytes can be valid");
  if (reinterpret_cast<std::uintptr_t>(from) % 16 != 0) throw Fault("cp.async: unaligned device address");
  if (valid_bytes > 0 && !detail::device_memory().contains(from, static_cast<std::size_t>(valid_bytes)))
    throw Fault("cp.async reads outside of allocated device memory");
  b.shared.touch(me.rank, b.warp().syncs, to, 16, 16, detail::Access::write, "cp.async");
  b.shared.depart(to, 16);
  std::memset(to, 0xff, 16);
  me.copies.push_back({static_cast<char*>(to), from, valid_bytes, me.open_group});
  counters.async_bytes += valid_bytes;
}
inline void cp_async_commit() { ++detail::block().current().open_group; }

/// Waits until at most `pending` of this thread's committed groups have not arrived. Other threads need a barrier besides.
inline void cp_async_wait(std::size_t pending) {
  detail::Block& b = detail::block();
  detail::Thread& me = b.current();
  const auto arrives = [&](const detail::Copy& copy) { return me.open_group - copy.group > pending; };
  const auto rest = std::find_if_not(me.copies.begin(), me.copies.end(), arrives);
  for (auto copy = me.copies.begin(); copy != rest; ++copy) {
    b.shared.arrive(copy->to, 16);
    b.shared.touch(me.rank, b.warp().syncs, copy->to, 16, 16, detail::Access::write, "the arrival of a cp.async");
    const auto valid = static_cast<std::size_t>(copy->valid_bytes);
    if (valid > 0) std::memcpy(copy->to, copy->from, valid);
    std::memset(copy->to + valid, 0, 16 - valid);
  }
  me.copies.erase(me.copies.begin(), rest);
}

}  // namespace simt
