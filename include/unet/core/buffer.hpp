// An owned array in a backend's memory.
#pragma once
#include <utility>
#include <vector>

#include "unet/core/shape.hpp"

namespace unet {

template <class Backend, class T = typename Backend::Scalar>
class Buffer {
 public:
  Buffer() = default;
  /// `size` elements, their values undefined. Throws std::bad_alloc.
  explicit Buffer(Index size) : data_(static_cast<T*>(Backend::allocate(size * bytes_each))), size_(size) {}
  Buffer(typename Backend::Context& context, const std::vector<T>& host) : Buffer(static_cast<Index>(host.size())) {
    from_host(context, host.data());
  }
  Buffer(Buffer&& other) noexcept : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}
  Buffer& operator=(Buffer&& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
    return *this;
  }
  ~Buffer() { Backend::deallocate(data_); }

  T* data() { return data_; }
  const T* data() const { return data_; }
  Index size() const { return size_; }

  /// Copies issued to a context; to_host waits for what was issued before.
  void from_host(typename Backend::Context& context, const T* host) {
    Backend::copy_to_backend(context, host, data_, size_ * bytes_each);
  }
  void to_host(typename Backend::Context& context, T* host) const {
    Backend::copy_to_host(context, data_, host, size_ * bytes_each);
  }
  std::vector<T> to_host(typename Backend::Context& context) const {
    std::vector<T> host(static_cast<std::size_t>(size_));
    to_host(context, host.data());
    return host;
  }

 private:
  static constexpr Index bytes_each = sizeof(T);
  T* data_ = nullptr;
  Index size_ = 0;
};

}  // namespace unet
