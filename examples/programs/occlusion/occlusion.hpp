// Which parts of an image the segmentation rests on: the paper's figure 5, and its claims as numbers.
#pragma once
#include <string>
#include <vector>

#include "programs/occlusion/options.hpp"
#include "support/page/section.hpp"
#include "support/session/result_folder.hpp"
#include "support/session/session.hpp"

namespace app {

/// What run_occlusion writes, besides ID_occlusion.png for each image that is shown.
std::vector<std::string> occlusion_files(const OcclusionProgram& o);

/// Throws OptionError for an unknown id, part or choice; ShapeError for a patch larger than the images.
void check(const OcclusionProgram& o, const Choices& choices);

/// Throws OptionError for an unknown id, part or choice, and for results that exist; ShapeError for a patch larger than the
/// images; FileError; Interrupted: then occlusion.partial.csv and regions.partial.csv have the images that were finished,
/// and their pictures are there.
Section run_occlusion(Session& session, const OcclusionProgram& o, const ResultFolder& out);

}  // namespace app
