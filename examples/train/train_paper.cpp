// Training of the paper net, on any backend: a translation unit of its own keeps compile times apart.
#include "train/run.hpp"
#include "train/train.hpp"

int app::train_paper(const TrainProgram& program) {
  return with_backend(program.backend, [&](auto backend) {
    return TrainRun<PaperNet, typename decltype(backend)::type>(program).run();
  });
}
