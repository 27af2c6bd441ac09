#include "support/session/choices.hpp"

#include <algorithm>

#include "unet/core/error.hpp"

namespace app {

std::vector<unet::Index> Choices::images(const std::string& part) const {
  std::vector<unet::Index> images;
  if (part == "all")
    for (const unet::Part p : unet::all_parts) images.insert(images.end(), split[p].begin(), split[p].end());
  else {
    const auto found = std::find_if(unet::all_parts.begin(), unet::all_parts.end(),
                                    [&](unet::Part p) { return part == unet::to_string(p); });
    if (found == unet::all_parts.end())
      throw unet::OptionError("unknown part '" + part + "'; use train, validation, test or all");
    images = split[*found];
  }
  if (images.empty())
    throw unet::OptionError("the split has no image in the part '" + part + "'; choose another --part");
  std::sort(images.begin(), images.end());
  return images;
}

unet::Index Choices::find(const std::string& id) const {
  const auto found = std::find(ids.begin(), ids.end(), id);
  if (found != ids.end()) return found - ids.begin();
  std::string some;
  for (std::size_t i = 0; i < std::min<std::size_t>(ids.size(), 8); ++i) some += (i ? ", " : "") + ids[i];
  throw unet::OptionError("unknown id '" + id + "'; the data have " + std::to_string(ids.size()) + " images: " + some +
                          (ids.size() > 8 ? ", ..." : ""));
}

}  // namespace app
