// Passes that are issued again and again, for backends that can do that in one piece.
#pragma once
#include <span>

#include "unet/core/shape.hpp"

namespace unet {

/// Everything is issued each time.
struct NoRecordings {
  template <class Context, class Issue>
  void run(Context&, std::span<const Index>, const Issue& issue) {
    issue();
  }
  void clear() {}
};

namespace detail {

template <class B>
struct RecordingsOf {
  using type = NoRecordings;
};
template <class B>
requires requires { typename B::Recordings; }
struct RecordingsOf<B> {
  using type = typename B::Recordings;
};

/// An address as a part of a recording's key.
inline Index key_of(const void* address) { return reinterpret_cast<Index>(address); }

}  // namespace detail

/// B::Recordings, if the backend has one. It has
///   run(Context&, std::span<const Index> key, issue)    does what issue() issues to the context, or what it did the last time with this key;
///                                                       issue() is called in any case, for what it does on the host
///   clear()                                             forgets all
template <class B>
using Recordings = typename detail::RecordingsOf<B>::type;

}  // namespace unet
