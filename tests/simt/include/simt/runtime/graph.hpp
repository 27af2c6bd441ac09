// Pieces of work and what they wait for.
#pragma once
#include <algorithm>
#include <cstddef>
#include <functional>
#include <random>
#include <vector>

#include "../settings.hpp"

namespace simt::detail {

using Work = std::function<void()>;

/// Work in the order in which it was issued; each piece waits for some before it.
struct Graph {
  struct Node {
    Work work;
    std::vector<std::size_t> after;
  };
  std::vector<Node> nodes;

  /// Runs all; those that need not wait for each other in the order that `schedule` says.
  void run() const {
    std::vector<bool> done(nodes.size());
    std::vector<std::size_t> left(nodes.size());
    for (std::size_t i = 0; i < left.size(); ++i) left[i] = schedule == 1 ? left.size() - 1 - i : i;
    std::minstd_rand random(schedule);
    const auto ready = [&](std::size_t i) {
      return std::all_of(nodes[i].after.begin(), nodes[i].after.end(),
                         [&](std::size_t before) { return done[before]; });
    };
    while (!left.empty()) {
      if (schedule > 1) std::shuffle(left.begin(), left.end(), random);
      const auto next = std::find_if(left.begin(), left.end(), ready);
      const std::size_t i = *next;
      left.erase(next);
      nodes[i].work();
      done[i] = true;
    }
  }

  /// Whether who has waited for these nodes has waited for all.
  bool all_before(const std::vector<std::size_t>& last) const {
    std::vector<bool> reached(nodes.size());
    for (const std::size_t i : last) reached[i] = true;
    for (std::size_t i = nodes.size(); i-- > 0;)  // a node waits only for earlier ones
      if (reached[i])
        for (const std::size_t before : nodes[i].after) reached[before] = true;
    return std::find(reached.begin(), reached.end(), false) == reached.end();
  }
};

}  // namespace simt::detail
