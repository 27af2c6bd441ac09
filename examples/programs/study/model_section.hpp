// Model: the network's blocks with the shapes of their outputs and their parameters.
#pragma once
#include <string>
#include <vector>

#include "support/page/section.hpp"
#include "support/session/paper.hpp"
#include "support/session/session.hpp"
#include "unet/core/shape.hpp"

namespace app {

/// A named output of the net, and the layers between it and the one before.
struct BlockRow {
  std::string name, layers;
  unet::Shape output;  ///< of one image
  long long parameters = 0;
};

/// In the order of computation. Shapes are found by running the net on an image. Throws Interrupted.
std::vector<BlockRow> blocks_of(const Session& session);

Section model_section(const Session& session, const std::vector<BlockRow>& blocks);

}  // namespace app
