// Computes the case that a model file carries, see models/verification.hpp.
#pragma once
#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "unet/core/finite.hpp"
#include "unet/io/safetensors_reader.hpp"
#include "unet/models/model.hpp"
#include "unet/models/verification.hpp"

namespace unet {

namespace detail {

struct VerificationCase {
  Shape shape;
  std::vector<double> input, logits;
  double tolerance = 0;  ///< of the backend that saved it
};

/// What a file's metadata say. Throws FileError when it is no case for a net of these channels, classes and divisor.
inline VerificationCase read_verification_case(const SafetensorsReader& file, Index channels, Index classes,
                                               Index divisor) {
  const auto fail = [&](const std::string& what) {
    throw FileError(file.path().string() + ": its verification case is damaged: " + what +
                    ". Fetch the file again, or remove the metadata that begin with 'verify_'");
  };
  const auto numbers = [&](const char* key) {
    const auto found = file.metadata().find(key);
    if (found == file.metadata().end()) fail(std::string("there is no ") + key);
    std::vector<double> values;
    if (!read_numbers(found->second, values)) fail(std::string(key) + " is not a list of numbers");
    return values;
  };
  VerificationCase result;
  const std::vector<double> shape = numbers("verify_shape");
  const auto most = static_cast<double>(std::max(Index{512}, 4 * divisor));  // no file shall cost much memory
  const auto is_side = [&](double n) { return n >= 1 && n <= most && std::fmod(n, static_cast<double>(divisor)) == 0; };
  if (shape.size() != 4 || shape[0] != 1 || !is_side(shape[1]) || !is_side(shape[2]) ||
      shape[3] != static_cast<double>(channels))
    fail("verify_shape '" + printable(file.metadata().at("verify_shape")) + "' is not that of an image for this net");
  result.shape = {1, static_cast<Index>(shape[1]), static_cast<Index>(shape[2]), channels};
  result.input = numbers("verify_input");
  result.logits = numbers("verify_logits");
  const auto count = [&](const char* key, const std::vector<double>& values, Index needed) {
    if (static_cast<Index>(values.size()) != needed)
      fail(std::string(key) + " has " + std::to_string(values.size()) + " numbers, its shape needs " +
           std::to_string(needed));
  };
  count("verify_input", result.input, result.shape.size());
  count("verify_logits", result.logits, result.shape.pixels() * classes);
  if (file.metadata().contains("verify_tolerance")) {
    const std::vector<double> tolerance = numbers("verify_tolerance");
    if (tolerance.size() != 1 || !(tolerance[0] >= 0 && tolerance[0] <= 0.1))
      fail("verify_tolerance '" + printable(file.metadata().at("verify_tolerance")) +
           "' is not a number from 0 to 0.1");
    result.tolerance = tolerance[0];
  }
  for (const double value : result.input)
    if (value < 0 || value > 255) fail("verify_input has a value outside of 0 .. 255");
  return result;
}

/// Largest difference relative to the largest of `expected`; infinite when anything is not a number.
template <class T>
double relative_difference(const std::vector<T>& actual, const std::vector<double>& expected) {
  double difference = 0, scale = 0;
  for (std::size_t i = 0; i < expected.size(); ++i) {
    const double d = std::abs(static_cast<double>(actual[i]) - expected[i]);
    if (!is_finite(d)) return INFINITY;
    difference = std::max(difference, d);
    scale = std::max(scale, std::abs(expected[i]));
  }
  return difference == 0 ? 0 : difference / scale;
}

/// What computed, and what to do about it, for a message.
template <class B>
std::string verification_advice() {
  const std::string backend = std::string("backend ") + B::name;
  if constexpr (requires { std::string(B::instruction_set()); })
    return backend + ", instruction set " + B::instruction_set() +
           "). Either its weights were changed after it was saved; then remove the metadata that begin with 'verify_'. "
           "Or this program computes wrongly on this machine; then set the environment variable UNET_ISA=portable, and "
           "report it";
  else
    return backend +
           "). Either its weights were changed after it was saved; then remove the metadata that begin with 'verify_'. "
           "Or this backend computes wrongly on this machine; then use another one, and report it";
}

}  // namespace detail

/// Computes the case that the model's file carries. Files without one (of version 0.1.0, of PyTorch) pass. Returns whether
/// there was one; throws FileError when the logits differ by more than verification_tolerance<B>
/// and that of the backend which saved them, or the case is damaged.
template <class Net, class B>
bool verify(Model<Net, B>& model, const SafetensorsReader& file) {
  const auto is_part = [](const auto& entry) { return entry.first.starts_with("verify_"); };
  if (std::none_of(file.metadata().begin(), file.metadata().end(), is_part)) return false;
  using T = typename B::Scalar;
  const detail::VerificationCase saved = detail::read_verification_case(
      file, Net::input_channels, Net::output_channels(Net::input_channels), Model<Net, B>::divisor);
  const HostTensor<T> image = detail::image_of_bytes<T>(saved.shape, saved.input);
  const double difference = detail::relative_difference(model(image.view()).values, saved.logits);
  const double tolerance = std::max(verification_tolerance<B>, saved.tolerance);
  if (!is_finite(difference) || difference > tolerance)
    throw FileError(file.path().string() +
                    ": the model does not give the logits that it gave when it was saved: they " + "differ by " +
                    detail::number_text({difference}) + " of the largest, allowed is " +
                    detail::number_text({tolerance}) + " (" + detail::verification_advice<B>());
  return true;
}

}  // namespace unet
