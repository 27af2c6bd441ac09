// Sums over the pixels of a map, for each channel: in double, and in an order that follows from the shape alone, so that they have
// the same bits in every run and on every device.
#pragma once
#include "unet/backends/cuda/device/rows.hpp"

namespace unet::cuda {

/// How a map is cut: each block sums some rows of some channels, its threads' pixels lying side by side.
struct SumShape {
  int height, width, groups;  ///< groups of V channels
  int rows, rows_each;        ///< of all images, and of a block
  int columns;                ///< groups of a block: a power of two, at most a warp
  static constexpr int threads = 256, most_chunks = 1024;

  SumShape(const Shape& s, int v)
      : height(static_cast<int>(s.h)),
        width(static_cast<int>(s.w)),
        groups(static_cast<int>(s.c) / v),
        rows(static_cast<int>(s.n * s.h)),
        rows_each((rows + most_chunks - 1) / most_chunks),
        columns(1) {
    if (rows_each == 0) rows_each = 1;
    while (columns < groups && columns < 32) columns *= 2;
  }
  int chunks() const { return (rows + rows_each - 1) / rows_each; }
};

/// to[chunk][term][channel]. Operation: operation(n, y, x, c, sums) adds the terms of V channels from c on to sums[Terms][V].
template <int V, int Terms, class Operation>
__global__ void __launch_bounds__(SumShape::threads) chunk_sums_kernel(Operation operation, SumShape s, double* to) {
  const int thread = static_cast<int>(threadIdx.x), lanes = SumShape::threads / s.columns;
  const int column = thread % s.columns, lane = thread / s.columns;
  const int group = static_cast<int>(blockIdx.y) * s.columns + column,
            first = static_cast<int>(blockIdx.x) * s.rows_each;
  double sums[Terms][V] = {};
  if (group < s.groups)
    for (int row = first; row < min(first + s.rows_each, s.rows); ++row)
      for (int x = lane; x < s.width; x += lanes) operation(row / s.height, row % s.height, x, group * V, sums);

  double* const shared = reinterpret_cast<double*>(dynamic_shared());  // [lane][column][term][V]
#pragma unroll
  for (int t = 0; t < Terms; ++t)
#pragma unroll
    for (int e = 0; e < V; ++e) shared_store(shared + (thread * Terms + t) * V + e, sums[t][e]);
  __syncthreads();

  const int values = s.columns * Terms * V;
  for (int i = thread; i < values; i += SumShape::threads) {
    double total = 0;
    for (int l = 0; l < lanes; ++l) total += shared_load<double>(shared + l * values + i);
    const int channel = (static_cast<int>(blockIdx.y) * s.columns + i / (Terms * V)) * V + i % V;
    const Index channels = Index{s.groups} * V;
    if (channel < channels) to[(static_cast<Index>(blockIdx.x) * Terms + i / V % Terms) * channels + channel] = total;
  }
}

/// finish(i, total of from[0 ... count - 1][i]) on the device; 32 values a block, whose eight warps share the rows.
template <class Finish, class Number>
__global__ void __launch_bounds__(256) add_rows_kernel(const Number* from, int count, Index values, Finish finish) {
  double* const shared = reinterpret_cast<double*>(dynamic_shared());  // [warp][lane]
  const int lane = static_cast<int>(threadIdx.x) % 32, warp = static_cast<int>(threadIdx.x) / 32;
  const Index i = static_cast<Index>(blockIdx.x) * 32 + lane;
  double total = 0;
  if (i < values)
    for (int row = warp; row < count; row += 8) total += static_cast<double>(from[row * values + i]);
  shared_store(shared + warp * 32 + lane, total);
  __syncthreads();
  if (warp != 0 || i >= values) return;
  for (int w = 1; w < 8; ++w) total += shared_load<double>(shared + w * 32 + lane);
  finish(i, total);
}
template <class Number, class Finish>
void add_rows(Context& context, const char* name, const Number* from, int count, Index values, const Finish& finish) {
  launch(context, name, {dim3(blocks(values, 32)), 256, 256 * sizeof(double)}, add_rows_kernel<Finish, Number>, from,
         count, values, finish);
}

/// finish(term * channels + c, sum) on the device for each term and channel; operation as above. Uses the context's workspace.
template <int V, int Terms, class Operation, class Finish>
void channel_sums(Context& context, const char* name, const Shape& shape, const Operation& operation,
                  const Finish& finish) {
  const SumShape s(shape, V);
  const Index values = Terms * shape.c;
  double* const chunks = static_cast<double*>(context.workspace(s.chunks() * values * Index{sizeof(double)}));
  launch(context, name,
         {dim3(static_cast<unsigned>(s.chunks()), blocks(s.groups, s.columns)), SumShape::threads,
          SumShape::threads * Terms * V * static_cast<int>(sizeof(double))},
         chunk_sums_kernel<V, Terms, Operation>, operation, s, chunks);
  add_rows<double>(context, name, chunks, s.chunks(), values, finish);
}

}  // namespace unet::cuda
