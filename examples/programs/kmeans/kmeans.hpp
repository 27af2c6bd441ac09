// What groups the latent space holds: the paper's Table 4, with what it takes to judge it.
#pragma once
#include "programs/kmeans/files.hpp"
#include "programs/kmeans/options.hpp"
#include "support/page/section.hpp"
#include "support/session/result_folder.hpp"
#include "support/session/session.hpp"

namespace app {

/// Throws OptionError for a part, a layer or a number of clusters that there is not.
void check(const KMeansProgramOptions& options, const Choices& choices);

/// Writes kmeans_files to `out`. Throws unet::OptionError, unet::FileError, Interrupted.
Section run_kmeans(Session& session, const KMeansProgramOptions& options, const ResultFolder& out);

}  // namespace app
