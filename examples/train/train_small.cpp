// Training of the small net, on any backend: a translation unit of its own keeps compile times apart.
#include "train/run.hpp"
#include "train/train.hpp"

int app::train_small(const TrainProgram& program) {
  return with_backend(program.backend, [&](auto backend) {
    return TrainRun<SmallNet, typename decltype(backend)::type>(program).run();
  });
}
