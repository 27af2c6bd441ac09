// Shuffles and votes of a warp.
#pragma once
#include <bit>
#include <type_traits>

#include "block.hpp"

namespace simt::detail {

template <class T>
struct ShuffleArguments {
  T value, result;
  int source;
};

/// The value of the lane source(lane, first lane of its segment, last one), or the own one if that is outside of the segment.
template <class T, class Source>
T shuffle(const char* what, unsigned mask, T value, int width, Where where, const Source& source) {
  static_assert(std::is_arithmetic_v<T> && (sizeof(T) == 4 || sizeof(T) == 8), "no such shuffle");
  if (!std::has_single_bit(static_cast<unsigned>(width)) || width > 32)
    throw Fault(std::string(what) + " at " + to_string(where) + ": the width is not a power of 2 up to 32");
  const int lane = block().lane(), first = lane / width * width, last = first + width - 1;
  int from = source(lane, first);
  if (from < first || from > last) from = lane;
  ShuffleArguments<T> mine{value, value, from};
  block().collective(what, mask, mine, where, [&](ShuffleArguments<T>** lanes) {
    for (int i = 0; i < 32; ++i) {
      if (!lanes[i]) continue;
      const ShuffleArguments<T>* const other = lanes[lanes[i]->source];
      if (!other) throw Fault(std::string(what) + " at " + to_string(where) + ": from a lane outside of the mask");
      lanes[i]->result = other->value;
    }
  });
  return mine.result;
}

struct VoteArguments {
  bool predicate;
  unsigned result;
};

inline unsigned ballot(const char* what, unsigned mask, bool predicate, Where where) {
  VoteArguments mine{predicate, 0};
  block().collective(what, mask, mine, where, [](VoteArguments** lanes) {
    unsigned votes = 0;
    for (int i = 0; i < 32; ++i)
      if (lanes[i] && lanes[i]->predicate) votes |= 1u << i;
    for (int i = 0; i < 32; ++i)
      if (lanes[i]) lanes[i]->result = votes;
  });
  return mine.result;
}

}  // namespace simt::detail

template <class T>
T __shfl_sync(unsigned mask, T value, int source, int width = 32, simt::Where where = simt::Where::current()) {
  return simt::detail::shuffle("__shfl_sync", mask, value, width, where,
                               [&](int, int first) { return first + (source & (width - 1)); });
}
template <class T>
T __shfl_xor_sync(unsigned mask, T value, int bits, int width = 32, simt::Where where = simt::Where::current()) {
  return simt::detail::shuffle("__shfl_xor_sync", mask, value, width, where,
                               [&](int lane, int) { return lane ^ bits; });
}
template <class T>
T __shfl_down_sync(unsigned mask, T value, unsigned by, int width = 32, simt::Where where = simt::Where::current()) {
  return simt::detail::shuffle("__shfl_down_sync", mask, value, width, where,
                               [&](int lane, int) { return lane + static_cast<int>(by); });
}
template <class T>
T __shfl_up_sync(unsigned mask, T value, unsigned by, int width = 32, simt::Where where = simt::Where::current()) {
  return simt::detail::shuffle("__shfl_up_sync", mask, value, width, where,
                               [&](int lane, int) { return lane - static_cast<int>(by); });
}

inline unsigned __ballot_sync(unsigned mask, int predicate, simt::Where where = simt::Where::current()) {
  return simt::detail::ballot("__ballot_sync", mask, predicate != 0, where);
}
inline int __any_sync(unsigned mask, int predicate, simt::Where where = simt::Where::current()) {
  return simt::detail::ballot("__any_sync", mask, predicate != 0, where) != 0;
}
inline int __all_sync(unsigned mask, int predicate, simt::Where where = simt::Where::current()) {
  return simt::detail::ballot("__all_sync", mask, predicate != 0, where) == mask;
}
