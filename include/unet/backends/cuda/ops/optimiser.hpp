// Adam and AdamW.
#pragma once
#include "unet/backends/cuda/device/rows.hpp"
#include "unet/backends/operands.hpp"

namespace unet::cuda {

struct AdamCoefficients {
  float rate, correction, rest1, beta2, rest2, epsilon, keep;
};
/// From a step in device memory, once for all parameters: powers in double are slow.
struct PrepareAdam {
  const AdamStep* step;
  AdamCoefficients* to;
  __device__ void operator()(Index) const {
    const AdamStep s = *step;
    const auto t = static_cast<double>(s.step);
    *to = {static_cast<float>(s.learning_rate / (1 - pow(s.beta1, t))),
           static_cast<float>(1 / sqrt(1 - pow(s.beta2, t))),
           static_cast<float>(1 - s.beta1),
           static_cast<float>(s.beta2),
           static_cast<float>(1 - s.beta2),
           static_cast<float>(s.epsilon),
           static_cast<float>(1 - s.learning_rate * s.weight_decay)};
  }
};

/// p = (1 - lr decay) p - lr / (1 - beta1^t) * m / (sqrt(v / (1 - beta2^t)) + epsilon), four parameters a thread.
struct ApplyAdam {
  Index elements;
  const AdamCoefficients* coefficients;
  const float* gradients;
  float *parameters, *first, *second;
  bool aligned;

  __device__ void operator()(Index i) const {
    const AdamCoefficients k = *coefficients;
    if (aligned && 4 * i + 4 <= elements) return update<4>(k, 4 * i);
    for (Index at = 4 * i; at < min(4 * i + 4, elements); ++at) update<1>(k, at);
  }

 private:
  template <int V>
  __device__ void update(const AdamCoefficients& k, Index at) const {
    float g[V], p[V], m[V], v[V];
    load<V>(gradients + at, g);
    load<V>(parameters + at, p);
    load<V>(first + at, m);
    load<V>(second + at, v);
#pragma unroll
    for (int e = 0; e < V; ++e) {
      m[e] += k.rest1 * (g[e] - m[e]);
      v[e] = k.beta2 * v[e] + k.rest2 * g[e] * g[e];
      p[e] = k.keep * p[e] - k.rate * m[e] / (sqrtf(v[e]) * k.correction + k.epsilon);
    }
    store<V>(parameters + at, p);
    store<V>(first + at, m);
    store<V>(second + at, v);
  }
};

inline void adam_step(Context& context, Index elements, const float* gradients, float* parameters, float* first,
                      float* second, const AdamStep* step) {
  auto* const coefficients = static_cast<AdamCoefficients*>(context.workspace(sizeof(AdamCoefficients)));
  bool aligned = true;
  for (const float* const values : {gradients, static_cast<const float*>(parameters), static_cast<const float*>(first),
                                    static_cast<const float*>(second)})
    aligned = aligned && reinterpret_cast<std::uintptr_t>(values) % 16 == 0;
  for_elements(context, "adam_step", 1, PrepareAdam{step, coefficients});
  for_elements(context, "adam_step", (elements + 3) / 4,
               ApplyAdam{elements, coefficients, gradients, parameters, first, second, aligned});
}

}  // namespace unet::cuda
