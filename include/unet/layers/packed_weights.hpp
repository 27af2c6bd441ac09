// Weights in a backend's own form, kept beside their values so that inference need not bring them into it at each call.
#pragma once
#include <algorithm>
#include <cstddef>
#include <vector>

#include "unet/backends/operands.hpp"
#include "unet/core/buffer.hpp"

namespace unet {

/// Layers ask for weights by the address of their values, so they need not know whether anybody keeps a packed form.
template <class B>
class PackedWeights {
 public:
  using S = typename B::Scalar;

  /// Brings weights into the backend's form; `values` in backend memory. Those that it has no form for are passed over. To be
  /// called again when the values have changed.
  void pack(typename B::Context& context, const S* values, WeightShape shape) {
    const Index bytes = B::pack_bytes(shape);
    if (bytes == 0) return;
    auto found = place(values);
    if (found == entries_.end() || found->values != values)
      found = entries_.insert(found, Entry{values, Buffer<B, std::byte>(bytes), false});
    if (found->packed.size() != bytes) found->packed = Buffer<B, std::byte>(bytes);
    B::pack(context, shape, values, found->packed.data());
    found->discarded = false;
  }

  /// Gives the memory of the values of `shape` back if their packed form is kept, which is then all that operations get: see
  /// Weights. The backend must have discard().
  void discard_values(typename B::Context& context, S* values, WeightShape shape) {
    const auto found = place(values);
    if (found == entries_.end() || found->values != values) return;
    B::discard(context, values, shape.taps() * shape.in * shape.out * static_cast<Index>(sizeof(S)));
    found->discarded = true;
  }

  /// The values, unless they are discarded, with their packed form, if that is kept.
  Weights<S> find(const S* values) const {
    const auto found = const_cast<PackedWeights*>(this)->place(values);
    if (found == entries_.end() || found->values != values) return {values, nullptr};
    return {found->discarded ? nullptr : values, found->packed.data()};
  }

  Index bytes() const {
    Index sum = 0;
    for (const Entry& entry : entries_) sum += entry.packed.size();
    return sum;
  }

 private:
  struct Entry {
    const S* values;
    Buffer<B, std::byte> packed;
    bool discarded = false;
  };

  auto place(const S* values) {
    return std::lower_bound(entries_.begin(), entries_.end(), values,
                            [](const Entry& entry, const S* wanted) { return entry.values < wanted; });
  }

  std::vector<Entry> entries_;  // by ascending address
};

}  // namespace unet
