// Runs the blocks of a grid, one after the other.
#pragma once
#include <algorithm>
#include <functional>
#include <numeric>
#include <random>
#include <vector>

#include "block.hpp"

namespace simt::detail {

inline void run_grid(dim3 grid, dim3 size, int shared_bytes, const std::function<void()>& body) {
  grid_size = grid;
  block_size = size;
  ++counters.launches;
  block().start_launch(shared_bytes, body);
  std::vector<std::size_t> order(std::size_t{grid.x} * grid.y * grid.z);
  std::iota(order.begin(), order.end(), std::size_t{0});
  if (schedule == 1) std::reverse(order.begin(), order.end());
  if (schedule > 1) std::shuffle(order.begin(), order.end(), std::minstd_rand(schedule));
  for (const std::size_t i : order) {
    block_index = {static_cast<unsigned>(i % grid.x), static_cast<unsigned>(i / grid.x % grid.y),
                   static_cast<unsigned>(i / grid.x / grid.y)};
    block().run();
  }
}

}  // namespace simt::detail
