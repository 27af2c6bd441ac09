#include "support/session/data_source.hpp"

#include <variant>

#include "support/cli/task_progress.hpp"
#include "unet/chest/phantom.hpp"
#include "unet/chest/records.hpp"
#include "unet/data/dataset.hpp"

namespace app {

struct DataSource::Set {
  std::variant<unet::FolderDataset, unet::Phantom> either;

  template <class F>
  decltype(auto) visit(F&& f) const {
    return std::visit(std::forward<F>(f), either);
  }
};

DataSource::DataSource(const DataOptions& options, const std::function<void(const std::string&)>& message,
                       const std::function<void(const std::vector<std::string>&)>& check_ids) {
  if (options.data == "phantom") {
    unet::PhantomOptions phantom;
    phantom.count = options.count;
    phantom.height = phantom.width = options.size;
    phantom.seed = options.seed;
    phantom.message = message;
    set_ = std::make_shared<const Set>(Set{unet::Phantom(phantom)});
    records_ = std::get<unet::Phantom>(set_->either).records();
    if (check_ids) check_ids(ids());
  } else {
    unet::FolderOptions folder;
    folder.height = folder.width = options.size;
    // The data set keeps its callbacks. Progress comes from several threads, one at a time, where nothing may be thrown.
    const auto progress = std::make_shared<TaskProgress>("reading images");
    folder.progress = [progress](unet::Index done, unet::Index total) { progress->show(done, total); };
    folder.message = [progress, message](const std::string& text) {
      progress->clear();
      if (message) message(text);
    };
    unet::ImagePairs pairs = unet::find_image_pairs(options.data, message);
    records_ = unet::read_records(options.data, pairs.ids);
    if (check_ids) check_ids(pairs.ids);
    set_ = std::make_shared<const Set>(Set{unet::FolderDataset(std::move(pairs), folder)});
    progress->clear();
  }
}

unet::Shape DataSource::shape() const {
  return set_->visit([](const auto& set) { return set.shape(); });
}
void DataSource::load(unet::Index i, unet::View<float> image, unet::View<float> target) const {
  set_->visit([&](const auto& set) { set.load(i, image, target); });
}
const std::vector<std::string>& DataSource::ids() const {
  return set_->visit([](const auto& set) -> const std::vector<std::string>& { return set.ids(); });
}
bool DataSource::cached() const {
  return set_->visit([](const auto& set) { return set.cached(); });
}

}  // namespace app
