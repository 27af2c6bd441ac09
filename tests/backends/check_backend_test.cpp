// The conformance suite notices backends that are wrong, each in another way, and says what is.
#include "unet/testing/check_backend.hpp"

#include <doctest/doctest.h>

#include "../compiled_backends.hpp"

namespace check_backend_test {

namespace {

using unet::Activate;
using unet::Index;
using unet::testing::CheckOptions;

enum class Fault {
  none,
  inaccurate,         ///< one value is off by a little
  padding,            ///< zeros at the border are forgotten when there is a pending shift
  beyond_the_output,  ///< the value after the last one is written to
  input_changed,
  threads,    ///< other bits at three threads
  nan,        ///< a ReLU that makes NaN zero
  rectangle,  ///< bits depend on the width of the map
  tie,        ///< the gradient goes to the last of the largest values
  count,      ///< a pixel is not counted
  images,     ///< a gradient's mean goes over another number of images
  fill,
  order  ///< what copy_to_backend_async copied is lost
};
Fault fault = Fault::none;

/// Float, with a fault.
struct Faulty : Float {
  static constexpr const char* name = "faulty";

  static void conv3x3_forward(Context& context, const Input& x, Weights w, Out y, unet::Padding padding,
                              const Epilogue& epilogue) {
    Float::conv3x3_forward(context, x, w, y, padding, epilogue);
    float* const last = y.at(y.shape.n - 1, y.shape.h - 1, y.shape.w - 1) + y.shape.c - 1;
    if (fault == Fault::inaccurate) *last = *last * 1.001f + 0.001f;
    if (fault == Fault::beyond_the_output) last[1] += 1;
    if (fault == Fault::input_changed) const_cast<float*>(w.values)[0] += 1;
    if (fault == Fault::threads && unet::thread_count() == 3) *last += 0x1p-20f;
    if (fault == Fault::rectangle) *last *= 1 + 0x1p-22f * static_cast<float>(y.shape.w % 8 / 4);
    if (fault == Fault::padding && x.parts[0].shift && padding.top > 0) *y.data += x.parts[0].shift[0];
    if (fault == Fault::nan && epilogue.activate == Activate::relu)
      for (Index n = 0; n < y.shape.n; ++n)
        for (Index i = 0; i < y.shape.h; ++i)
          for (Index j = 0; j < y.shape.w; ++j)
            for (Index c = 0; c < y.shape.c; ++c)
              if (float& value = y.at(n, i, j)[c]; std::isnan(value)) value = 0;
  }
  static void max_pool_backward(Context& context, const Source& x, In dy, Out dx, bool accumulate) {
    Float::max_pool_backward(context, x, dy, dx, accumulate);
    if (fault == Fault::tie) std::swap(*dx.at(0, 0, 0), *dx.at(0, 1, 1));
  }
  static void loss_sums(Context& context, In logits, In target, const unet::LossTerms& terms, double* reports) {
    Float::loss_sums(context, logits, target, terms, reports);
    if (fault == Fault::count) reports[2] += 1;
  }
  static void loss_gradient(Context& context, In logits, In target, const unet::LossTerms& terms, double images,
                            const double* derivatives, Out dlogits) {
    Float::loss_gradient(context, logits, target, terms, fault == Fault::images ? 1 : images, derivatives, dlogits);
  }
  static void fill(Context& context, float* data, Index elements, float value) {
    Float::fill(context, data, fault == Fault::fill ? elements - 1 : elements, value);
  }
  static void copy_to_backend_async(Context& context, const void* from, void* to, Index bytes) {
    Float::copy_to_backend(context, from, to, fault == Fault::order ? bytes / 2 : bytes);
  }
};

/// The first failure with that fault, of those checks; empty if there is none.
std::string failure(Fault of, const std::string& only) {
  fault = of;
  const auto failures = unet::testing::check_backend<Faulty, Double>({.only = {only}, .share = 0.3, .threads = {3}});
  fault = Fault::none;
  return failures.empty() ? "" : to_string(failures[0]);
}

void check_says(const std::string& text, const std::string& part) {
  INFO(text);
  CHECK(text.find(part) != std::string::npos);
}

}  // namespace

TEST_CASE("what is right has no failures") { CHECK(failure(Fault::none, "") == ""); }

TEST_CASE("faults are found, and said with operation, check, shapes and numbers") {
  const std::string wrong = failure(Fault::inaccurate, "conv3x3_forward/random");
  CHECK(wrong.starts_with("conv3x3_forward, random operands: faulty, case "));
  check_says(wrong, " channels, padding ");
  check_says(wrong, "y: 1 of ");
  check_says(wrong, "values are wrong; the first, at ");
  check_says(failure(Fault::padding, "conv3x3_forward/random"), "values are wrong");
  check_says(failure(Fault::beyond_the_output, "conv3x3_forward/random"), "memory around or of operand 'y'");
  check_says(failure(Fault::input_changed, "conv3x3_forward/random"), "memory around or of operand 'input'");
  check_says(failure(Fault::threads, "conv3x3_forward/random"), "y: other bits at 3 threads");
  check_says(failure(Fault::nan, "conv3x3_forward/NaN"), "that a NaN reaches are none");
  check_says(failure(Fault::rectangle, "conv3x3_forward/rectangles"), "other bits in the ");
  check_says(failure(Fault::tie, "max_pool_backward/ties"), "not at the first of the largest");
  check_says(failure(Fault::count, "loss_sums/counted"), "counts of pixels are wrong");
  check_says(failure(Fault::images, "loss_gradient/random"), "values are wrong");
  check_says(failure(Fault::fill, "copy/fill"), "fill: other values");
  check_says(failure(Fault::order, "copy/order"), "copy_to_backend_async: other values");
}

TEST_CASE("a name that no check has is refused") {
  CHECK_THROWS_AS((unet::testing::check_backend<Faulty, Double>({.only = {"conv5x5"}})), unet::OptionError);
}

TEST_CASE("of one check the first few failures are enough; each variant is named") {
  fault = Fault::inaccurate;
  const auto failures = unet::testing::check_backend<Faulty, Double>(
      {.only = {"conv3x3_forward/random"},
       .variants = {{"right", [] { fault = Fault::none; }}, {"wrong", [] { fault = Fault::inaccurate; }}}});
  fault = Fault::none;
  REQUIRE(failures.size() == 5);
  check_says(to_string(failures[0]), "faulty (wrong), case 0: ");
}

}  // namespace check_backend_test
