#include "programs/kmeans/groupings.hpp"

#include <map>

#include "unet/chest/subgroups.hpp"

namespace app {

std::vector<Labelling> labellings(const std::vector<unet::Record>& records, const std::vector<unet::Index>& images) {
  std::map<unet::Index, std::size_t> position;
  for (std::size_t i = 0; i < images.size(); ++i) position[images[i]] = i;
  std::map<unet::Grouping, Labelling> all;
  for (const unet::Subgroup& group : unet::subgroups(records, images)) {
    if (group.grouping == unet::Grouping::all) continue;
    Labelling& labelling = all[group.grouping];
    labelling.labels.resize(images.size());
    for (const unet::Index image : group.members)
      labelling.labels[position.at(image)] = static_cast<unet::Index>(labelling.groups.size());
    labelling.groups.push_back(group.name);
    labelling.known.push_back(group.known);
  }
  std::vector<Labelling> result;
  for (const auto& [grouping, name] : {std::pair{unet::Grouping::sex_and_finding, "class"},
                                       {unet::Grouping::sex, "sex"},
                                       {unet::Grouping::finding, "finding"}})
    if (const auto found = all.find(grouping); found != all.end()) {
      found->second.name = name;
      result.push_back(std::move(found->second));
    }
  return result;
}

}  // namespace app
