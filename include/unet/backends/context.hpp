// What operations of a backend are issued to.
#pragma once

namespace unet {

/// Context of backends that compute in the calling thread: nothing to remember. A device's would hold its stream.
struct HostContext {};

/// A moment in a context's work, of backends for which it has always passed.
struct HostEvent {};

/// Base of backends whose memory is the host's. The contract refuses a backend that says it is not and has this base: it
/// would inherit operations that read device memory from the host.
struct HostBackend {};

}  // namespace unet
