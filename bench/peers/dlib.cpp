// The study's net in dlib, measured as bench/network measures ours:
//
//   dlib train|predict SIZE BATCH THREADS REPETITIONS     prints one object of JSON
//
// dlib computes convolutions as matrix products of the BLAS that it is linked with, so its threads are that library's.
#include <dlib/dnn.h>
#include <dlib/revision.h>
#include <sys/resource.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <random>

namespace {

template <long channels, class Below>
using block = dlib::bn_con<dlib::relu<dlib::con<channels, 3, 3, 1, 1, Below>>>;
template <long channels, class Below>
using two_blocks = block<channels, block<channels, Below>>;
template <class Below>
using pool = dlib::max_pool<2, 2, 2, 2, Below>;
/// Beside what `skip` has kept.
template <template <class> class skip, template <class> class here, long channels, class Below>
using decoder =
    two_blocks<channels, dlib::concat2<skip, here, here<dlib::relu<dlib::cont<channels, 2, 2, 2, 2, Below>>>>>;

using Input = dlib::input<dlib::matrix<float>>;
using E1 = dlib::tag1<two_blocks<32, Input>>;
using E2 = dlib::tag2<two_blocks<64, pool<E1>>>;
using E3 = dlib::tag3<two_blocks<128, pool<E2>>>;
using E4 = dlib::tag4<two_blocks<256, pool<E3>>>;
using D4 = decoder<dlib::tag4, dlib::tag5, 256, two_blocks<512, pool<E4>>>;
using D3 = decoder<dlib::tag3, dlib::tag6, 128, D4>;
using D2 = decoder<dlib::tag2, dlib::tag7, 64, D3>;
using D1 = decoder<dlib::tag1, dlib::tag8, 32, D2>;
using Net = dlib::loss_binary_log_per_pixel<dlib::con<1, 1, 1, 1, 1, D1>>;

}  // namespace

int main(int argc, char** argv) {
  if (argc != 6 || (std::strcmp(argv[1], "train") != 0 && std::strcmp(argv[1], "predict") != 0)) {
    std::fprintf(stderr, "usage: dlib train|predict SIZE BATCH THREADS REPETITIONS\n");
    return 2;
  }
  const bool train = std::strcmp(argv[1], "train") == 0;
  const long size = std::atol(argv[2]), batch = std::atol(argv[3]), repetitions = std::atol(argv[5]);
  std::mt19937 random(0);
  std::uniform_real_distribution<float> uniform;
  std::vector<dlib::matrix<float>> images, masks;
  for (long n = 0; n < batch; ++n) {
    dlib::matrix<float> image(size, size), mask(size, size);
    for (float& value : image) value = uniform(random);
    for (float& value : mask) value = uniform(random) < 0.5f ? -1.0f : 1.0f;
    images.push_back(image);
    masks.push_back(mask);
  }
  Net net;
  dlib::resizable_tensor x;
  net.to_tensor(images.begin(), images.end(), x);
  std::vector<dlib::adam> solvers(net.num_computational_layers, dlib::adam(0, 0.9f, 0.999f));
  const auto step = [&] {
    if (train) {
      net.compute_parameter_gradients(x, masks.begin());
      net.update_parameters(dlib::make_sstack(solvers), 0.01);
    } else {
      net.subnet().forward(x).host();
    }
  };
  step();  // parameters are made, memory is taken
  std::printf("{\"version\": \"%d.%d\", \"ms\": [", DLIB_MAJOR_VERSION, DLIB_MINOR_VERSION);
  for (long i = 0; i < repetitions; ++i) {
    const auto start = std::chrono::steady_clock::now();
    step();
    const std::chrono::duration<double, std::milli> time = std::chrono::steady_clock::now() - start;
    std::printf("%s%.2f", i == 0 ? "" : ", ", time.count());
  }
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  std::printf("], \"megabytes\": %.0f}\n", static_cast<double>(usage.ru_maxrss) / 1e3);
}
