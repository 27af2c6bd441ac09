// Sums over each image's pixels that losses are made of, and the losses' gradients.
#pragma once
#include "unet/backends/cuda/device/channel_sums.hpp"
#include "unet/backends/cuda/ops/loss_pixel.hpp"

namespace unet::cuda {

/// partial[image][chunk][report]: blocks are chunks of an image's pixels, threads pixels.
template <class T, class Pixel>
__global__ void __launch_bounds__(256) loss_sums_kernel(View<const T> logits, View<const float> target, LossTerms terms,
                                                        int each, int size, double* partial) {
  double* const shared = reinterpret_cast<double*>(dynamic_shared());  // [warp][report]
  const int thread = static_cast<int>(threadIdx.x), lane = thread % 32, warp = thread / 32;
  const int image = static_cast<int>(blockIdx.y), width = static_cast<int>(logits.shape.w);
  const int first = static_cast<int>(blockIdx.x) * each;
  const int end = min(first + each, static_cast<int>(logits.shape.h) * width);
  for (int i = lane; i < size; i += 32) shared_store(shared + warp * size + i, 0.0);
  __syncwarp();
  for (int start = first + warp * 32; start < end; start += 256) {  // a warp's lanes stay together
    const int p = start + lane;
    const bool exists = p < end;
    const int y = (exists ? p : first) / width, x = (exists ? p : first) % width;
    const Pixel pixel(logits.at(image, y, x), static_cast<int>(logits.shape.c), *target.at(image, y, x), terms);
    for (int i = 0; i < size; ++i) {
      double value = exists ? pixel.report(i) : 0.0;
#pragma unroll
      for (int bit = 16; bit > 0; bit /= 2) value += __shfl_xor_sync(~0u, value, bit);
      if (lane == 0) {
        double* const sum = shared + warp * size + i;
        shared_store(sum, shared_load<double>(sum) + value);
      }
    }
  }
  __syncthreads();
  for (int i = thread; i < size; i += 256) {
    double total = 0;
    for (int w = 0; w < 8; ++w) total += shared_load<double>(shared + w * size + i);
    partial[(static_cast<Index>(image) * gridDim.x + blockIdx.x) * size + i] = total;
  }
}

/// Cross entropies are means, the rest are sums.
struct FinishReport {
  const double* partial;
  int chunks, size;
  double pixels;
  double* to;
  __device__ void operator()(Index i) const {
    const Index image = i / size, entry = i % size;
    double total = 0;
    for (int k = 0; k < chunks; ++k) total += partial[(image * chunks + k) * size + entry];
    to[i] = entry == 0 ? total / pixels : total;
  }
};

template <class T>
void loss_sums(Context& context, View<const T> logits, View<const float> target, const LossTerms& terms,
               double* reports) {
  constexpr Index most_chunks = 256;
  const Shape s = logits.shape;
  const Index pixels = s.h * s.w, size = loss_report_size(s.c, terms);
  const Index each = std::max<Index>(256, (pixels + most_chunks - 1) / most_chunks);
  const Index chunks = (pixels + each - 1) / each;
  auto* const partial = static_cast<double*>(context.workspace(s.n * chunks * size * Index{sizeof(double)}));
  launch(context, "loss_sums",
         {dim3(static_cast<unsigned>(chunks), static_cast<unsigned>(s.n)), 256,
          static_cast<int>(8 * size * Index{sizeof(double)})},
         s.c == 1 ? loss_sums_kernel<T, BinaryPixel<T>> : loss_sums_kernel<T, SoftmaxPixel<T>>, logits, target, terms,
         static_cast<int>(each), static_cast<int>(size), partial);
  for_elements(
      context, "loss_sums", s.n * size,
      FinishReport{partial, static_cast<int>(chunks), static_cast<int>(size), static_cast<double>(pixels), reports});
}

/// Loss::add_derivatives must be constexpr, or __host__ __device__.
template <class Loss>
struct LossDerivativesOfImage {
  Loss loss;
  const double* reports;
  Index classes, report, size;
  double* to;
  __device__ void operator()(Index image) const {
    double* const own = to + image * size;
    for (Index i = 0; i < size; ++i) own[i] = 0;
    loss.add_derivatives(LossSums{reports + image * report, classes}, 1, LossDerivatives{own});
  }
};
template <class Loss>
void loss_derivatives(Context& context, const Loss& loss, const double* reports, Index images, Index classes,
                      double* to) {
  for_elements(context, "loss_derivatives", images,
               LossDerivativesOfImage<Loss>{loss, reports, classes, loss_report_size(classes, loss.terms()),
                                            loss_derivatives_size(classes, loss.terms()), to});
}

template <class T, class Pixel>
struct LossGradient {
  View<const T> logits;
  View<const float> target;
  LossTerms terms;
  double images, pixels;  ///< pixels of all images
  const double* derivatives;
  Index size;
  View<T> to;
  __device__ void operator()(int n, int y, int x, int) const {
    const double* const d = derivatives + n * size;
    const Pixel pixel(logits.at(n, y, x), static_cast<int>(logits.shape.c), *target.at(n, y, x), terms);
    pixel.gradient(static_cast<float>(d[0] / pixels), static_cast<float>(1 / images), d + 1, to.at(n, y, x));
  }
};
template <class T>
void loss_gradient(Context& context, View<const T> logits, View<const float> target, const LossTerms& terms,
                   double images, const double* derivatives, View<T> to) {
  const Shape s = logits.shape;
  const auto issue = [&]<class Pixel>(const Pixel*) {
    for_rows<1>(context, "loss_gradient", Shape{s.n, s.h, s.w, 1},
                LossGradient<T, Pixel>{logits, target, terms, images, images * static_cast<double>(s.h * s.w),
                                       derivatives, loss_derivatives_size(s.c, terms), to});
  };
  if (s.c == 1)
    issue(static_cast<const BinaryPixel<T>*>(nullptr));
  else
    issue(static_cast<const SoftmaxPixel<T>*>(nullptr));
}

}  // namespace unet::cuda
