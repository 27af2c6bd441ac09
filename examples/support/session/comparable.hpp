// Whether what is found here can be judged beside the published study.
#pragma once
#include <string>

#include "support/page/section.hpp"
#include "support/session/session.hpp"

namespace app {

/// Whether all images are of the study's set, by their ids (CHNCXR_0001_0 and so on): its numbers stand beside ours then.
bool are_papers_images(const DataSource& data);

/// What makes a verdict on the study's claims meaningless, as "the images are ...": other images, far fewer or far smaller
/// ones, another net. Empty when nothing does.
std::string not_comparable(const DataSource& data, const std::string& net);
std::string not_comparable(const Session& session);

/// A table whose last column is the paper's: without it, unless the images are.
Table beside_paper(Table table, const DataSource& data);

/// The finding without its verdict where `reason` is not empty: "... Not comparable: reason".
Finding beside_paper(Finding finding, const std::string& reason);

}  // namespace app
