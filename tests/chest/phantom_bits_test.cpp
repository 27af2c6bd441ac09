// The synthetic images keep their bits: results that were published for them can be computed again.
//
// Compiled without fused multiply-adds (see CMakeLists.txt): with them, the last bits depend on compiler and optimisation
// level. The C library's functions of another platform may round the last digit in another way, too.
#include <doctest/doctest.h>

#include <cstdint>
#include <cstring>
#include <span>

#include "unet/chest/phantom.hpp"
#include "unet/core/host_tensor.hpp"

namespace phantom_bits_test {

using namespace unet;

namespace {

/// Fowler, Noll, Vo: 64 bits, FNV-1a.
template <class T>
std::uint64_t checksum(std::span<const T> values) {
  std::uint64_t hash = 14695981039346656037ull;
  for (const T value : values) {
    unsigned char bytes[sizeof(T)];
    std::memcpy(bytes, &value, sizeof(T));
    for (const unsigned char byte : bytes) hash = (hash ^ byte) * 1099511628211ull;
  }
  return hash;
}

struct Expected {
  Index sample, height, width;
  std::uint64_t seed, image, mask;
  double mean;  ///< of the image
  const char* finding;
};

}  // namespace

TEST_CASE("images, masks and findings of some patients") {
  const Expected all[] = {
      {0, 64, 64, 0, 0xf247b0c274a85cc1, 0xd96fe3db4e8b0425, 0.56036903, "consolidation in the bilateral upper fields"},
      {1, 128, 128, 0, 0x135bb4088fb39bfd, 0xd42c22bdbddc8e28, 0.46504617, "consolidation in the left upper field"},
      {2, 97, 80, 7, 0xe7bd96f2f67c728e, 0x85a1a48d1aabbb08, 0.51567142,
       "infiltrate with cavity in the bilateral upper fields"},
      {3, 64, 64, 0, 0x3a31ea4b671e950d, 0x5148c8471dbd5338, 0.74370204, "nodules in the left upper field"},
      {5, 128, 96, 1, 0x23100ff0a8f0a6d0, 0x8304e88a43622785, 0.52534700, "infiltrate in the right upper field"},
      {11, 96, 96, 2, 0x962ea183cb2f7abb, 0xd1023c44a39de795, 0.56876323,
       "consolidation in the bilateral upper fields, right pleural effusion"},
      {14, 64, 64, 2, 0xb18c0729d10a750a, 0xd3ad41df04e27118, 0.51003417, "normal"},
      {37, 160, 160, 4, 0x2863025803ae3ce3, 0x8c0f63ea6a4f8215, 0.53427130, "normal"},
  };
  for (const Expected& expected : all) {
    CAPTURE(expected.sample);
    CAPTURE(expected.height);
    PhantomOptions options;
    options.count = expected.sample + 1;
    options.height = expected.height, options.width = expected.width;
    options.seed = expected.seed;
    options.cache_limit_bytes = 0;  // only the sample that is asked for is made
    const Phantom set(options);
    HostTensor<float> image(set.shape()), mask(set.shape());
    set.load(expected.sample, image.view(), mask.view());
    double sum = 0;
    for (const float value : image.values) sum += static_cast<double>(value);
    CHECK(sum / static_cast<double>(image.values.size()) == doctest::Approx(expected.mean).epsilon(1e-6));
    CHECK(set.record(expected.sample).finding == expected.finding);
#if defined(__x86_64__) && defined(__GLIBC__)
    CHECK(checksum<float>(image.values) == expected.image);
    CHECK(checksum<float>(mask.values) == expected.mask);
#endif
  }
}

}  // namespace phantom_bits_test
