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
#include "support/cli/terminal_line.hpp"
#include "support/picture/mask.hpp"
#include "support/picture/overlay.hpp"
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
    p.segmentation = segment(p.image);
    return p;
  } catch (const std::bad_alloc&) {
    throw unet::FileError(job.image.string() + ": not enough memory for an image of this size; use a smaller --size");
  }
}

void write(const Job& job, const Prediction& p) {
  const Segmentation& s = p.segmentation;
  std::vector<std::uint8_t> bytes(s.mask.size());
  std::transform(s.mask.begin(), s.mask.end(), bytes.begin(),
                 [](std::uint8_t value) { return static_cast<std::uint8_t>(value ? 255 : 0); });
  unet::write_png(job.mask, p.image.height, p.image.width, 1, bytes.data());
  write_png(job.overlay, overlay(p.image, p.truth, s.mask));
  if (job.logits.empty()) return;
  const unet::Shape shape = s.logits.shape;  // one class, so NHWC and NCHW are the same bytes
  const unet::TensorToWrite tensor{"logits", unet::DType::f32, {1, shape.c, shape.h, shape.w}, s.logits.values.data()};
  unet::write_safetensors(job.logits, {}, std::span(&tensor, 1));
}

/// "phantom_0001_1  mask 24.3 % of the image  IoU 0.9312  Dice 0.9644"
std::string result_line(const Job& job, const Prediction& p, std::vector<unet::Overlap>& overlaps) {
  const auto& mask = p.segmentation.mask;
  const auto foreground = static_cast<double>(std::count(mask.begin(), mask.end(), 1));
  std::string line =
      job.name + "  mask " + fixed(100 * foreground / static_cast<double>(mask.size()), 1) + " % of the image";
  if (p.truth.empty()) return line;
  overlaps.push_back(overlap(mask, p.truth));
  return line + "  IoU " + fixed(unet::iou(overlaps.back()), 4) + "  Dice " + fixed(unet::dice(overlaps.back()), 4) +
         (p.truth_resized ? "  (true mask resized)" : "");
}

void print_means(const std::vector<unet::Overlap>& overlaps) {
  double iou = 0, dice = 0;
  for (const unet::Overlap& o : overlaps) iou += unet::iou(o), dice += unet::dice(o);
  const auto n = static_cast<double>(overlaps.size());
  std::printf("mean of %zu images  IoU %.4f  Dice %.4f\n", overlaps.size(), iou / n, dice / n);
}

/// Names the images that no mask was found for.
void print_unmatched(const std::vector<Job>& jobs, const std::filesystem::path& masks) {
  std::string names;
  std::size_t count = 0;
  for (const Job& job : jobs)
    if (job.truth.empty()) names += (count++ ? ", " : "") + job.name;
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
  std::vector<unet::Overlap> overlaps;
  std::size_t failed = 0, done = 0;
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
    status.clear();
    std::printf("%s\n", result_line(job, prediction, overlaps).c_str());
    std::fflush(stdout);
  }
  status.clear();
  if (!overlaps.empty()) print_means(overlaps);
  std::fprintf(stderr, "%zu of %zu images are in %s: NAME_mask.png, NAME_overlay.png%s\n", done - failed, jobs.size(),
               o.out.c_str(), o.save_logits ? ", NAME.logits.safetensors" : "");
  if (failed > 0) std::fprintf(stderr, "predict: %zu images failed, see above\n", failed);
  if (done < jobs.size()) {
    std::fprintf(stderr, "interrupted; what is written is whole. Do all of it again with --overwrite\n");
    return interrupted_exit_code();
  }
  return failed > 0 ? 1 : 0;
}

}  // namespace app
