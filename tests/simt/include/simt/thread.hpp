// The state of a block's threads and warps.
#pragma once
#include <cstdint>
#include <vector>

#include "fault.hpp"
#include "fiber.hpp"
#include "vector_types.hpp"

namespace simt::detail {

/// A cp.async on its way.
struct Copy {
  char* to;
  const void* from;
  int valid_bytes;
  unsigned group;
};

enum class State : unsigned char { not_started, ready, at_barrier, in_collective, done };

struct Thread {
  State state = State::not_started;
  int rank = 0;
  uint3 index{};
  Fiber* fiber = nullptr;  ///< while it has begun and is not done
  const char* waits_in = "";
  Where where;
  std::vector<Copy> copies;
  unsigned open_group = 0;  ///< of cp.async: the next commit closes it
};

/// Lanes of a warp that wait for each other.
struct Meeting {
  unsigned mask = 0, arrived = 0;
  const char* what = "";
  Where where;
};

struct Warp {
  unsigned exited = 0;        ///< lanes that do not run any more, or do not exist
  unsigned waiting = 0;       ///< lanes in a collective
  unsigned syncs = 0;         ///< how many __syncwarp of all lanes have been
  void* arguments[32] = {};   ///< of the waiting lanes
  Meeting meetings[32] = {};  ///< by the lowest lane of their mask
};

}  // namespace simt::detail
