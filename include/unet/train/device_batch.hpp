// Batches in a backend's memory.
#pragma once
#include <optional>

#include "unet/backends/contract/memory.hpp"
#include "unet/core/buffer.hpp"
#include "unet/train/batch.hpp"

namespace unet {

namespace detail {

/// Host memory that copies of B can reach without the host's help, as if it were a backend's: for Buffer.
template <class B>
struct PinnedMemory {
  using Scalar = typename B::Scalar;
  using Context = typename B::Context;
  static void* allocate(Index bytes) { return B::allocate_host(bytes); }
  static void deallocate(void* memory) { B::deallocate_host(memory); }
};

/// Makes room for `size` elements; what was there is lost when it grows.
template <class B, class T>
void grow(Buffer<B, T>& buffer, Index size) {
  if (buffer.size() < size) buffer = Buffer<B, T>(size);
}

}  // namespace detail

/// Bytes that a batch of this shape (of its images) takes in backend memory.
template <class B>
constexpr Index batch_bytes(Shape s) {
  return s.size() * static_cast<Index>(sizeof(typename B::Storage)) +
         s.pixels() * static_cast<Index>(sizeof(typename B::Scalar));
}

/// Images N x H x W x C as feature maps and targets N x H x W x 1, filled in host memory and then copied to the backend's;
/// where those are the same, nothing is copied. It may be used again and again, for batches of any shape.
template <BackendMemory B>
class DeviceBatch {
 public:
  using T = typename B::Storage;
  using S = typename B::Scalar;

  Shape shape() const { return shape_; }
  /// In host memory.
  View<const S> host_targets() const { return {staged_targets_.data(), target_shape()}; }
  /// In backend memory, for what is issued after await().
  ConstMapView<B> images() const { return {B::host_memory ? staged_images_.data() : images_.data(), shape_}; }
  View<const S> targets() const { return {B::host_memory ? staged_targets_.data() : targets_.data(), target_shape()}; }

  /// Fills the host's side, which no copy may be reading: see wait(). Arguments and exceptions are load_batch's; in any thread.
  template <SampleSet Set>
  void read(const Set& set, std::span<const Index> numbers, std::optional<Draw> draw, int threads) {
    Shape shape = set.shape();
    shape.n = static_cast<Index>(numbers.size());
    if constexpr (std::is_same_v<T, float> && std::is_same_v<S, float>) {
      reshape(shape);
      load_batch(set, numbers, draw, threads, View<float>(staged_images_.data(), shape_),
                 View<float>(staged_targets_.data(), target_shape()));
    } else {
      fill(load_batch(set, numbers, draw, threads));
    }
  }
  /// The same from a batch whose images and targets have shapes that fit each other.
  void fill(const Batch& batch) {
    reshape(batch.images.shape);
    copy_view(batch.images.view(), View<T>(staged_images_.data(), shape_));
    copy_view(batch.targets.view(), View<S>(staged_targets_.data(), target_shape()));
  }

  /// Starts copying to the backend, after all that was issued to a context before release().
  void upload(typename B::Context& copies) {
    if constexpr (!B::host_memory) {
      if (shape_.n == 0) return;
      if (used_) B::wait(copies, *used_);
      detail::grow(images_, shape_.size());
      detail::grow(targets_, shape_.pixels());
      B::copy_to_backend_async(copies, staged_images_.data(), images_.data(), shape_.size() * Index{sizeof(T)});
      B::copy_to_backend_async(copies, staged_targets_.data(), targets_.data(), shape_.pixels() * Index{sizeof(S)});
      uploaded_ = B::record(copies);
    }
  }
  /// What is issued to the context from now on sees the batch.
  void await(typename B::Context& context) {
    if (uploaded_) B::wait(context, *uploaded_);
  }
  /// All that reads the batch has been issued to the context.
  void release(typename B::Context& context) { used_ = B::record(context); }
  /// The host waits until the host's side may be filled again.
  void wait() {
    if (uploaded_) B::wait(*uploaded_);
    if (B::host_memory && used_) B::wait(*used_);
  }

 private:
  Shape target_shape() const { return {shape_.n, shape_.h, shape_.w, 1}; }
  void reshape(Shape shape) {
    shape_ = shape;
    detail::grow(staged_images_, shape.size());
    detail::grow(staged_targets_, shape.pixels());
  }

  Shape shape_;
  Buffer<detail::PinnedMemory<B>, T> staged_images_;
  Buffer<detail::PinnedMemory<B>, S> staged_targets_;
  Buffer<B, T> images_;
  Buffer<B, S> targets_;
  std::optional<typename B::Event> uploaded_, used_;
};

}  // namespace unet
