// A small case that a model file carries: an image and the logits that the model gave for it when it was saved. Whoever loads
// the file can compute them again, and so notices a kernel that computes wrongly on his machine before it costs him anything.
//
// The case lies in the file's metadata, as text. Among the tensors it would be in the way of those who load them all:
// PyTorch's load_state_dict, and version 0.1.0 of this library, refuse tensors that they do not know.
//   verify_shape    "1, 32, 32, 1": of the image, N x H x W x C
//   verify_input    its values, 0 .. 255, in that order; the net sees them divided by 255
//   verify_logits   what it gave, N x H x W x Classes, six digits each
//   verify_tolerance  only where the backend that saved it stores maps in less than float: see verification_tolerance
#pragma once
#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "unet/core/finite.hpp"
#include "unet/models/model.hpp"
#include "unet/models/number_text.hpp"

namespace unet {

/// Largest difference that is put down to rounding, relative to the largest logit: 0.001 for backends that store maps as
/// float or double, which add up in other orders, and 0.1 for those that store them narrower. A wrong kernel is wrong by much
/// more.
template <class B>
constexpr double verification_tolerance = sizeof(typename B::Storage) < sizeof(float) ? 0.1 : 1e-3;

namespace detail {

/// At least two pixels a side at the lowest level: then each of a 3x3 convolution's weights counts. At least 16 pixels at
/// the highest, a full row of a kernel's registers.
template <class Net>
constexpr Shape verification_shape() {
  constexpr Index side = std::max(Index{16}, Index{2} << Net::log2_divisor);
  return {1, side, side, Net::input_channels};
}

template <class T>
HostTensor<T> image_of_bytes(Shape shape, const std::vector<double>& bytes) {
  HostTensor<T> image(shape);
  for (std::size_t i = 0; i < bytes.size(); ++i) image.values[i] = static_cast<T>(bytes[i] / 255);
  return image;
}

}  // namespace detail

/// Metadata that hold a case for a net with these values; none for a net that takes any number of channels, or whose logits
/// are not finite. The same values give the same case.
template <class Net, class B>
std::map<std::string, std::string> verification_metadata(const Values<typename B::Scalar>& values) {
  using T = typename B::Scalar;
  if constexpr (Net::input_channels == any_channels) {
    return {};
  } else {
    constexpr Shape shape = detail::verification_shape<Net>();
    Random random(0, Purpose::verification);
    std::vector<double> bytes(static_cast<std::size_t>(shape.size()));
    for (double& value : bytes) value = random.below(256);
    const HostTensor<T> image = detail::image_of_bytes<T>(shape, bytes);
    Model<Net, B> model(values);
    model.keep_packed(false);
    const HostTensor<T> logits = model(image.view());
    for (const T value : logits.values)
      if (!is_finite(static_cast<double>(value))) return {};
    const std::vector<Index> sides{shape.n, shape.h, shape.w, shape.c};
    std::map<std::string, std::string> metadata = {
        {"verify_shape", detail::number_text({sides.begin(), sides.end()})},
        {"verify_input", detail::number_text(bytes)},
        {"verify_logits", detail::number_text({logits.values.begin(), logits.values.end()})}};
    if constexpr (sizeof(typename B::Storage) < sizeof(float))
      metadata["verify_tolerance"] = detail::number_text(std::vector<double>(1, verification_tolerance<B>));
    return metadata;
  }
}

}  // namespace unet
