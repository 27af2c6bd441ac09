// Which images an analysis shows: those that were asked for, or the ones that the paper shows.
#pragma once
#include <string>
#include <vector>

#include "support/session/session.hpp"
#include "unet/core/shape.hpp"

namespace app {

/// An image to show, and why.
struct ShownImage {
  unet::Index image = 0;
  std::string role;  ///< "best male", ...; empty when its id was asked for
};

/// Throws OptionError where images_to_show would, before any image is decoded.
void check_shown(const Choices& choices, const std::vector<std::string>& ids, const std::string& part);

/// Those of the given ids; without ids best and worst of each group of the part, or of all where no group has a member.
/// Throws OptionError for an unknown id or part.
std::vector<ShownImage> images_to_show(Session& session, const std::vector<std::string>& ids, const std::string& part);

}  // namespace app
