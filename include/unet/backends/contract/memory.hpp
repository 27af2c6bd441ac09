// Memory and order of a backend: allocation, copies, contexts and events.
#pragma once
#include <concepts>
#include <type_traits>

#include "unet/backends/context.hpp"
#include "unet/backends/operands.hpp"

namespace unet {

/// A backend whose memory the host can not read must not derive from a host's: it would inherit operations that read it.
template <class B>
concept InheritsOnlyWhatItCan = B::host_memory || !std::derived_from<B, HostBackend>;

// clang-format off
template <class B>
concept BackendMemory =
    std::default_initializable<typename B::Context> && InheritsOnlyWhatItCan<B> &&
    requires(Index elements, Index bytes, typename B::Scalar* values, typename B::Scalar value, void* memory,
             const void* from, typename B::Context& context, typename B::Event event) {

  // ---- identity ---------------------------------------------------------------------------------------------------
  { B::name } -> std::convertible_to<const char*>;       // "eigen", "cpu", ...
  { B::host_memory } -> std::convertible_to<bool>;       // whether the host may read and write what allocate() gives

  // ---- memory -----------------------------------------------------------------------------------------------------
  { B::allocate(bytes) } -> std::same_as<void*>;         // at least 64-byte aligned; throws std::bad_alloc
  { B::deallocate(memory) };                             // accepts null; first waits for all that uses it
  // Host memory that copies can reach without the host's help (pinned). Throws std::bad_alloc.
  { B::allocate_host(bytes) } -> std::same_as<void*>;
  { B::deallocate_host(memory) };                        // accepts null

  // ---- order: what is issued to one context happens in that order --------------------------------------------------------
  { B::copy_to_host(context, from, memory, bytes) };     // waits for all that came before, and for itself
  { B::copy_to_backend(context, from, memory, bytes) };  // `from` may be reused at once
  // `from` is from allocate_host and must stay as it is until an event recorded after this has passed.
  { B::copy_to_backend_async(context, from, memory, bytes) };
  { B::copy(context, from, memory, bytes) };             // within backend memory, ranges do not overlap
  { B::fill(context, values, elements, value) };

  { B::record(context) } -> std::same_as<typename B::Event>;
  { B::wait(event) };                                    // the host waits
  { B::wait(context, event) };                           // what is issued to `context` from now on waits
};
// clang-format on

}  // namespace unet
