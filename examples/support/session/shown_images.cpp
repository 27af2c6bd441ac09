#include "support/session/shown_images.hpp"

#include <algorithm>

#include "unet/chest/image_choice.hpp"

namespace app {

void check_shown(const Choices& choices, const std::vector<std::string>& ids, const std::string& part) {
  for (const std::string& id : ids) choices.find(id);
  if (ids.empty()) choices.images(part);
}

std::vector<ShownImage> images_to_show(Session& session, const std::vector<std::string>& ids, const std::string& part) {
  std::vector<ShownImage> shown;
  for (const std::string& id : ids) shown.push_back({session.find(id), ""});
  if (!shown.empty()) return shown;
  const std::vector<unet::Index> candidates = session.images(part);
  const std::vector<unet::ImageResult>& results = session.results();
  for (const unet::ChosenImage& image : unet::choose_images(session.data().records(), results, candidates))
    shown.push_back({image.image, image.role});
  if (!shown.empty()) return shown;
  const auto [worst, best] =
      std::minmax_element(candidates.begin(), candidates.end(), [&](unet::Index a, unet::Index b) {
        return results[static_cast<std::size_t>(a)].iou < results[static_cast<std::size_t>(b)].iou;
      });
  return {{*best, "best"}, {*worst, "worst"}};
}

}  // namespace app
