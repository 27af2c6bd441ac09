// What the library's file of PTX instructions calls where it is not compiled by nvcc.
#pragma once
#include "cp_async.hpp"
#include "ldmatrix.hpp"
#include "mma.hpp"

namespace simt {

/// To be told of every access to shared memory, so that races are noticed. `bytes` is the alignment too.
inline void touch_shared(const void* address, int bytes, bool write) {
  detail::Block& b = detail::block();
  b.shared.touch(b.current().rank, b.warp().syncs, address, bytes, bytes,
                 write ? detail::Access::write : detail::Access::read, write ? "store" : "load");
}

/// The block's dynamic shared memory, aligned to 1024 bytes.
inline char* dynamic_shared() { return detail::block().shared.data(); }

}  // namespace simt
