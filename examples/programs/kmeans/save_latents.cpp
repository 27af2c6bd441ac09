#include "programs/kmeans/save_latents.hpp"

#include <cstdint>

#include "support/cli/output_folder.hpp"
#include "support/page/section.hpp"
#include "support/text/numbers.hpp"
#include "unet/io/json_text.hpp"
#include "unet/io/safetensors_writer.hpp"

namespace app {

void check_latents_file(const std::filesystem::path& path, bool overwrite) {
  std::error_code trouble;
  if (!path.empty() && !overwrite && std::filesystem::exists(path, trouble))
    throw unet::OptionError(path.string() +
                            ": exists already; choose another --save-latents, or replace it with --overwrite");
}

void save_latents(const std::filesystem::path& path, const unet::RowStore& rows, const Clustering& c,
                  const std::vector<std::string>& ids) {
  std::vector<std::string> quoted_ids;
  for (const std::string& id : ids) quoted_ids.push_back(unet::json_string(unet::to_utf8(id)));
  const auto whole_numbers = [](const std::string& name, const std::vector<unet::Index>& values) {
    static_assert(sizeof(unet::Index) == 8, "indices are written as they are");
    return unet::TensorToWrite{name, unet::DType::i64, {static_cast<unet::Index>(values.size())}, values.data()};
  };
  const auto write_rows = [&](unet::OutputFile& to) {
    std::vector<float> row(static_cast<std::size_t>(rows.columns()));
    for (unet::Index i = 0; i < rows.rows(); ++i) {
      rows.read(i, 0, rows.columns(), row.data());
      to.write(row.data(), row.size() * sizeof(float));
    }
  };
  const std::vector<unet::TensorToWrite> tensors = {
      {.name = "latents", .shape = {rows.rows(), rows.columns()}, .stream = write_rows},
      whole_numbers("initial_centres", c.clusters.initial_centres),
      whole_numbers("labels", c.clusters.labels)};
  unet::write_safetensors(path,
                          {{"layer", c.layer},
                           {"shape", to_string(c.shape)},
                           {"inertia", exact(c.clusters.inertia)},
                           {"ids", unet::json_array(quoted_ids)}},
                          tensors);
}

}  // namespace app
