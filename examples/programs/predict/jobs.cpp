#include "programs/predict/jobs.hpp"

#include <map>

#include "unet/data/dataset.hpp"

namespace app {

namespace {

namespace fs = std::filesystem;

/// The images by name. Names decide what the results are called, so no two images may share one.
std::map<std::string, fs::path> find_images(const std::vector<fs::path>& arguments) {
  std::map<std::string, fs::path> images;
  const auto add = [&](const std::string& name, const fs::path& path) {
    const auto [other, added] = images.emplace(name, path);
    if (!added && !fs::equivalent(other->second, path))
      throw unet::OptionError(other->second.string() + " and " + path.string() + " would both be written to " + name +
                              "_mask.png; rename one, or run predict once for each with different --out");
  };
  for (const fs::path& argument : arguments) {
    std::error_code trouble;
    if (fs::is_directory(argument, trouble)) {
      const auto files = unet::list_images(argument);
      if (files.empty())
        throw unet::FileError(argument.string() +
                              ": contains no PNG, JPEG or BMP files; name the folder of the images");
      for (const auto& [name, path] : files) add(name, path);
    } else if (fs::exists(argument, trouble)) {
      add(unet::image_id(argument.filename().string()), argument);
    } else {
      throw unet::FileError(argument.string() + ": no such file or folder; check the path");
    }
  }
  return images;
}

/// Throws OptionError when a file that will be written exists and may not be replaced: an input never, others only with
/// --overwrite.
void check_outputs(const std::vector<Job>& jobs, const std::vector<fs::path>& tables, bool overwrite) {
  std::vector<fs::path> existing;
  for (const Job& job : jobs)
    for (const fs::path& output : {job.mask, job.overlay, job.probabilities, job.logits})
      if (!output.empty() && fs::exists(output)) existing.push_back(output);
  for (const fs::path& table : tables)
    if (fs::exists(table)) existing.push_back(table);
  if (existing.empty()) return;
  if (!overwrite)
    throw unet::OptionError(existing[0].string() +
                            (existing.size() > 1 ? " and " + std::to_string(existing.size() - 1) + " more files" : "") +
                            ": exists already; choose another --out, or replace results with --overwrite");
  for (const fs::path& output : existing)
    for (const Job& job : jobs)
      if (fs::equivalent(output, job.image) || (!job.truth.empty() && fs::equivalent(output, job.truth)))
        throw unet::OptionError(output.string() +
                                ": is an input and would be replaced by a result; choose another --out");
}

}  // namespace

std::vector<Job> make_jobs(const PredictProgram& o) {
  std::map<std::string, std::filesystem::path> truths;
  if (!o.masks.empty()) truths = unet::list_images(o.masks, "_mask");
  std::vector<Job> jobs;
  bool compared = false;
  for (const auto& [name, path] : find_images(o.images)) {
    const auto truth = truths.find(name);
    compared |= truth != truths.end();
    jobs.push_back({name, path, truth == truths.end() ? std::filesystem::path{} : truth->second,
                    o.out / (name + "_mask.png"), o.out / (name + "_overlay.png"),
                    o.probabilities ? o.out / (name + "_probability.png") : std::filesystem::path{},
                    o.save_logits ? o.out / (name + ".logits.safetensors") : std::filesystem::path{}});
  }
  if (!o.masks.empty() && !compared)
    throw unet::FileError(o.masks.string() + ": has no mask for any of the " + std::to_string(jobs.size()) +
                          " images; a mask is named like its image, with or without _mask at the end");
  const std::vector<fs::path> tables = {o.out / scores_file, o.out / partial_scores_file};
  check_outputs(jobs, o.masks.empty() ? std::vector<fs::path>{} : tables, o.overwrite);
  return jobs;
}

}  // namespace app
