#include "programs/predict/predict.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <new>

#include "programs/predict/jobs.hpp"
#include "programs/predict/segmenter.hpp"
#include "support/cli/output_folder.hpp"
#include "support/cli/program.hpp"
#include "support/cli/progress_bar.hpp"
#include "support/cli/result_file.hpp"
#include "support/cli/terminal_line.hpp"
#include "support/picture/mask.hpp"
#include "support/picture/overlay.hpp"
#include "support/text/csv.hpp"
#include "support/text/numbers.hpp"
#include "unet/data/mask.hpp"
#include "unet/io/safetensors_writer.hpp"

namespace app {

namespace {

/// What belongs to one image, in memory.
struct Prediction {
  unet::Image image;
  Segmentation segmentation;
  std::vector<std::uint8_t> truth;  ///< empty when there is none
  bool truth_resized = false;
};

Prediction predict_one(const Segmenter& segment, const Job& job) {
  try {
    Prediction p{unet::read_image(job.image, segment.channels()), {}, {}, false};
    if (!job.truth.empty()) {
      const unet::Image truth = unet::read_mask(job.truth);
      unet::check_mask_aspect(job.truth, truth.height, truth.width, p.image.height, p.image.width);
      p.truth = unet::threshold_mask(truth, p.image.height, p.image.width);
      p.truth_resized = truth.height != p.image.height || truth.width != p.image.width;
    }
    p.segmentation = segment(p.image, !job.probabilities.empty());
    return p;
  } catch (const std::bad_alloc&) {
    throw unet::FileError(job.image.string() + ": not enough memory for an image of this size; use a smaller --size");
  }
}

template <class T>
void write_grey(const std::filesystem::path& path, const unet::Image& image, const std::vector<T>& values) {
  std::vector<std::uint8_t> bytes(values.size());
  std::transform(values.begin(), values.end(), bytes.begin(),
                 [](T value) { return static_cast<std::uint8_t>(static_cast<float>(value) * 255 + 0.5f); });
  write_result(path, unet::encode_png(image.height, image.width, 1, bytes.data()));
}

void write(const Job& job, const Prediction& p) {
  const Segmentation& s = p.segmentation;
  write_grey(job.mask, p.image, s.mask);
  write_result(job.overlay, encode_png(overlay(p.image, p.truth, s.mask)));
  if (!job.probabilities.empty()) write_grey(job.probabilities, p.image, s.probabilities);
  if (job.logits.empty()) return;
  const unet::Shape shape = s.logits.shape;  // one class, so NHWC and NCHW are the same bytes
  const unet::TensorToWrite tensor{"logits", unet::DType::f32, {1, shape.c, shape.h, shape.w}, s.logits.values.data()};
  unet::write_safetensors(job.logits, {}, std::span(&tensor, 1));
}

/// The images that were compared with a true mask.
class Scores {
 public:
  void add(const std::string& name, const unet::Overlap& overlap) {
    rows_.push_back({name, exact(unet::iou(overlap)), exact(unet::dice(overlap))});
    iou_ += unet::iou(overlap), dice_ += unet::dice(overlap);
  }
  bool empty() const { return rows_.empty(); }
  void print_means() const {
    const auto n = static_cast<double>(rows_.size());
    std::printf("mean of %zu images  IoU %.4f  Dice %.4f\n", rows_.size(), iou_ / n, dice_ / n);
  }
  std::string table() const { return csv({"id", "iou", "dice"}, rows_); }

 private:
  std::vector<std::vector<std::string>> rows_;
  double iou_ = 0, dice_ = 0;
};

/// "phantom_0001_1  mask 24.3 % of the image  IoU 0.9312  Dice 0.9644"
std::string result_line(const Job& job, const Prediction& p, Scores& scores) {
  const auto& mask = p.segmentation.mask;
  const auto foreground = static_cast<double>(std::count(mask.begin(), mask.end(), 1));
  std::string line =
      job.name + "  mask " + fixed(100 * foreground / static_cast<double>(mask.size()), 1) + " % of the image";
  if (p.truth.empty()) return line;
  const unet::Overlap found = overlap(mask, p.truth);
  scores.add(job.name, found);
  return line + "  IoU " + fixed(unet::iou(found), 4) + "  Dice " + fixed(unet::dice(found), 4) +
         (p.truth_resized ? "  (true mask resized)" : "");
}

/// Of times in ascending order.
std::string forward_note(const std::vector<double>& milliseconds) {
  return "  forward pass " + fixed(milliseconds[milliseconds.size() / 2], 1) + " ms, best " +
         fixed(milliseconds[0], 1) + " ms of " + std::to_string(milliseconds.size());
}

/// Names some of the images that no mask was found for.
void print_unmatched(const std::vector<Job>& jobs, const std::filesystem::path& masks) {
  constexpr std::size_t named = 5;
  std::string names;
  std::size_t count = 0;
  for (const Job& job : jobs)
    if (job.truth.empty() && ++count <= named) names += (count > 1 ? ", " : "") + job.name;
  if (count > named) names += " and " + std::to_string(count - named) + " more";
  if (count > 0)
    std::fprintf(stderr, "no mask in %s for %zu of %zu images, which are not compared: %s\n", masks.c_str(), count,
                 jobs.size(), names.c_str());
}

}  // namespace

int predict(const PredictProgram& o) {
  const Segmenter segment(o.model, o.backend, o.size);
  const std::vector<Job> jobs = make_jobs(o);
  check_writable(o.out, 1 << 20);
  make_folder(o.out);
  std::fprintf(stderr, "net     %s, from %s\nimages  %zu, %s\n", segment.name().c_str(), segment.path().c_str(),
               jobs.size(), segment.size_note().c_str());
  if (!o.masks.empty()) print_unmatched(jobs, o.masks);

  catch_interrupts();
  TerminalLine status;
  using Clock = std::chrono::steady_clock;
  const auto start = Clock::now();
  Scores scores;
  std::size_t failed = 0, done = 0;
  unet::Index unlike = 0;  // images unlike the training images, and the first of them
  std::string unlike_name, unlike_reason;
  for (const Job& job : jobs) {
    if (interrupted()) break;
    status.show(task_line("segmenting", static_cast<unet::Index>(done), static_cast<unet::Index>(jobs.size()),
                          std::chrono::duration<double>(Clock::now() - start).count(), status.width()));
    ++done;
    Prediction prediction;
    try {
      prediction = predict_one(segment, job);
    } catch (const unet::Error& error) {
      status.clear();
      std::fprintf(stderr, "predict: %s\n", error.what());
      ++failed;
      continue;
    }
    write(job, prediction);
    const std::string reason = segment.unlike_training(prediction.image);
    if (!reason.empty() && ++unlike == 1) unlike_name = job.name, unlike_reason = reason;
    std::string line = result_line(job, prediction, scores);
    if (o.repeat > 0) line += forward_note(segment.forward_times(prediction.image, o.repeat));
    status.clear();
    std::printf("%s\n", line.c_str());
    std::fflush(stdout);
  }
  status.clear();
  const bool all = done == jobs.size();
  const char* const table = all ? scores_file : partial_scores_file;
  if (!scores.empty()) {
    scores.print_means();
    write_result(o.out / table, scores.table());
    std::error_code trouble;
    if (all) std::filesystem::remove(o.out / partial_scores_file, trouble);
  }
  sync_results(o.out);
  std::string written = "NAME_mask.png, NAME_overlay.png";
  if (o.probabilities) written += ", NAME_probability.png";
  if (o.save_logits) written += ", NAME.logits.safetensors";
  if (!scores.empty()) written += std::string(", ") + table;
  std::fprintf(stderr, "%zu of %zu images are in %s: %s\n", done - failed, jobs.size(), o.out.c_str(), written.c_str());
  if (failed > 0) std::fprintf(stderr, "predict: %zu images failed, see above\n", failed);
  if (unlike > 0)
    std::fprintf(
        stderr, "%s\n",
        unlike_training_warning(unlike, static_cast<unet::Index>(done - failed), unlike_name, unlike_reason).c_str());
  if (!all) {
    std::fprintf(stderr, "interrupted; what is written is whole. Do all of it again with --overwrite\n");
    return interrupted_exit_code();
  }
  return failed > 0 ? 1 : 0;
}

}  // namespace app
