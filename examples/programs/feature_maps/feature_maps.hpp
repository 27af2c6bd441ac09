// What each block of the net makes of an image, as the paper's figure 6 shows it, and numbers for what the eye sees there.
#pragma once
#include <string>
#include <vector>

#include "programs/feature_maps/options.hpp"
#include "support/page/section.hpp"
#include "support/session/result_folder.hpp"
#include "support/session/session.hpp"

namespace app {

std::string joined(const std::vector<std::string>& words);

/// Files that run_feature_maps writes.
std::vector<std::string> feature_maps_files(const FeatureMapsOptions& options);

/// Throws OptionError for an id, a part, a layer or another option that does not fit.
void check(const FeatureMapsOptions& options, const Choices& choices);

/// Pictures and numbers of all blocks, written to `out`. Throws OptionError for an unknown id, layer or part, FileError;
/// Interrupted. Files are written when everything is known, each as a whole.
Section run_feature_maps(Session& session, const FeatureMapsOptions& options, const ResultFolder& out);

}  // namespace app
