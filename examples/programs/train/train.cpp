#include "programs/train/train.hpp"

#include "programs/train/results.hpp"
#include "programs/train/run_folder.hpp"
#include "support/chart/curves.hpp"
#include "support/cli/memory.hpp"
#include "support/cli/program.hpp"
#include "support/cli/progress.hpp"
#include "support/nets/compiled_net.hpp"
#include "support/nets/weights_file.hpp"
#include "support/session/data_source.hpp"
#include "support/text/history.hpp"
#include "support/text/json.hpp"
#include "support/text/numbers.hpp"
#include "unet/backends/cpu/isa/isa.hpp"
#include "unet/core/parallel.hpp"
#include "unet/data/baseline.hpp"
#include "unet/data/intensity.hpp"
#include "unet/imaging/pad.hpp"
#include "unet/io/atomic_file.hpp"
#include "unet/io/json_text.hpp"
#include "unet/io/safetensors_reader.hpp"
#include "unet/version.hpp"

namespace app {

namespace {

class TrainRun {
 public:
  explicit TrainRun(const TrainProgram& program)
      : program_(program), net_(compiled_net(program.net, program.backend)), folder_(program.out) {}

  int run() {
    using unet::Index;
    check_size();
    check_texts(program_);
    program_.recipe.check();
    const bool resuming = !program_.resume.empty();
    // A run keeps five copies of the parameters (a resumed one has them already) and four more while it saves a checkpoint;
    // the rest is for small files.
    folder_.check(program_.overwrite || resuming, Index{sizeof(float)} * net_.parameters() * (resuming ? 7 : 12));
    if (resuming) folder_.lock();

    unet::Split split;
    const DataSource data(
        program_.data, [](const std::string& text) { std::fprintf(stderr, "%s\n", text.c_str()); },
        [&](const std::vector<std::string>& ids) {
          split = make_split(ids, resuming);
          check_batch(static_cast<Index>(split.train.size()));
        });
    const Parts parts(data, split);
    const unet::MaskStatistics masks = unet::mask_statistics(parts.train);
    for (const unet::Part part : unet::all_parts)
      baseline_[static_cast<std::size_t>(part)] = unet::constant_mask_iou(masks.mean_mask(), parts[part]);
    program_.recipe.pos_weight = masks.pos_weight();
    intensity_ = unet::to_text(unet::intensity_statistics(parts.train));

    const std::unique_ptr<Training> trainer = net_.train(program_.recipe);
    if (!resuming) {
      folder_.create(program_.overwrite);
      unet::write_file_atomically(folder_ / "config.json", in_lines(config_json(program_)) + "\n");
    }
    if (!has_split(resuming)) unet::write_split(folder_ / "split.csv", split, data.ids());
    split_text_ = text_of(folder_ / "split.csv");
    if (resuming) {
      restore(*trainer);
      folder_.remove_remainders();  // now that nothing can refuse the run any more, and nothing is written yet
      write_tables(*trainer);       // the run may have been killed between the checkpoint and these
      if (program_.more_epochs && trainer->state().epoch <= program_.recipe.epochs) {
        // In this order a run that is killed in between is taken up with either number of epochs.
        unet::write_file_atomically(folder_ / "config.json", in_lines(config_json(program_)) + "\n");
        folder_.remove_results();
      }
    }
    print_summary(parts, data.cached());

    catch_interrupts();
    if (!train_or_say_how_to_go_on(*trainer, parts)) {
      save(*trainer);
      std::fprintf(stderr, "interrupted in epoch %d; everything is saved. Go on with:\n  train --resume %s\n",
                   trainer->state().epoch, folder_.path().c_str());
      return interrupted_exit_code();
    }
    const std::unique_ptr<TrainedModel> best = trainer->best_model();
    const RunFacts facts{program_, baseline_, trainer->state().history.size(), trainer->state().best_epoch,
                         static_cast<long long>(net_.parameters())};
    if (!write_results(folder_, facts, history_, *best, parts)) {
      std::fprintf(stderr, "interrupted after training; finish with:\n  train --resume %s\n", folder_.path().c_str());
      return interrupted_exit_code();
    }
    return 0;
  }

 private:
  static std::string text_of(const std::filesystem::path& path) {
    const std::vector<std::uint8_t> bytes = unet::read_file(path);
    return {bytes.begin(), bytes.end()};
  }

  void check_size() const {
    const unet::Index size = program_.data.size, divisor = net_.divisor();
    if (size >= divisor && size % divisor == 0) return;
    const unet::Index above = std::max(unet::round_up(size, divisor), divisor), below = above - divisor;
    throw unet::OptionError("--size " + std::to_string(size) + " does not fit: the net halves images " +
                            std::to_string(net_.log2_divisor()) + " times, so it takes multiples of " +
                            std::to_string(divisor) + "; the next are " +
                            (below > 0 ? std::to_string(below) + " and " : "") + std::to_string(above));
  }

  /// A run that was killed before it wrote its split has trained nothing yet: the split is made again, the same. One with a
  /// checkpoint must still have it.
  bool has_split(bool resuming) const {
    return resuming &&
           (std::filesystem::exists(folder_ / "split.csv") || std::filesystem::exists(folder_ / "last.safetensors"));
  }

  void check_batch(unet::Index train) const {
    if (program_.recipe.batch_size > train)
      throw unet::OptionError("--batch " + std::to_string(program_.recipe.batch_size) +
                              " is larger than the training part of " + std::to_string(train) +
                              " images; use that or less");
  }

  unet::Split make_split(const std::vector<std::string>& ids, bool resuming) const {
    const std::filesystem::path file =
        has_split(resuming) ? folder_ / "split.csv" : std::filesystem::path(program_.split);
    if (file.empty()) return unet::random_split(ids, program_.recipe.seed);
    const unet::Split split = unet::read_split(file, ids);
    if (split.validation.empty())
      throw unet::FileError(file.string() + ": no id has the part 'validation', on which the best epoch is chosen");
    const unet::Index left_out = static_cast<unet::Index>(ids.size()) - split.size();
    if (left_out > 0 && !resuming)
      std::fprintf(stderr, "%td images are in no part of %s and are left out\n", left_out, file.c_str());
    return split;
  }

  void restore(Training& trainer) {
    const std::filesystem::path path = folder_ / "last.safetensors";
    if (!std::filesystem::exists(path)) {
      std::fprintf(stderr, "%s has no checkpoint yet: training starts at its beginning\n", folder_.path().c_str());
      return;
    }
    const unet::SafetensorsReader file = open_weights(path);
    trainer.restore(file, [&](unet::TrainOptions& options) {
      const auto stated = file.metadata().find("config");
      const auto changes = config_changes(program_, stated == file.metadata().end() ? "" : stated->second);
      if (!changes)
        throw unet::FileError(path.string() +
                              ": does not say which options it was trained with; it is no checkpoint of " +
                              "`train`: restore it, or start a new run");
      if (!changes->empty())
        throw unet::FileError((folder_ / "config.json").string() + ": was changed since the checkpoint was written (" +
                              *changes + "); restore it, or start a new run");
      const auto split = file.metadata().find("split");
      if (split == file.metadata().end() || split->second != split_text_)
        throw unet::FileError((folder_ / "split.csv").string() +
                              ": was changed since the checkpoint was written; restore it, or start a new run");
      if (options.pos_weight != program_.recipe.pos_weight)
        throw unet::FileError(program_.data.data +
                              ": its masks were changed since the checkpoint was written (pos_weight is " +
                              significant(program_.recipe.pos_weight, 6) + ", was " +
                              significant(options.pos_weight, 6) + "); restore them, or start a new run");
      options.epochs = program_.recipe.epochs;
    });
    const auto peaks = file.metadata().find("peak_memory_mb");
    if (peaks != file.metadata().end()) {
      const std::vector<double> list = numbers_of_json(peaks->second);
      for (std::size_t i = 0; i < trainer.state().history.size(); ++i)
        add_history(trainer.state().history[i], i < list.size() ? list[i] : std::numeric_limits<double>::quiet_NaN());
    }
    if (trainer.state().epoch <= program_.recipe.epochs)
      std::fprintf(stderr, "resuming in epoch %d of %d\n", trainer.state().epoch, program_.recipe.epochs);
    else
      std::fprintf(stderr, "training was finished; writing its results again\n");
  }

  void add_history(const unet::EpochResult& e, double peak_memory) {
    history_.push_back({e.epoch, e.train_loss, e.train_iou, e.validation_loss, e.validation_iou, e.learning_rate,
                        e.seconds, e.images_per_second, peak_memory});
  }

  void print_summary(const Parts& parts, bool cached) const {
    const auto images = [](unet::Index n) { return std::to_string(n); };
    const unet::Index size = program_.data.size;
    const auto memory =
        static_cast<double>(net_.training_bytes({program_.recipe.batch_size, size, size, net_.input_channels()}));
    const double data_memory =
        cached
            ? static_cast<double>((parts.train.size() + parts.validation.size() + parts.test.size()) * size * size * 3)
            : 0;
    std::printf(
        "data       %s, %td x %td\n"
        "split      %s train, %s validation, %s test\n"
        "baseline   IoU of the mean training mask: %.4f train, %.4f validation, %.4f test\n"
        "net        %s, %s parameters\n"
        "recipe     %d epochs, batch %td, Adam %g, pos_weight %.4f, seed %llu\n"
        "backend    %s, %d threads\n"
        "memory     about %.0f MB for training, %.0f MB for the data\n"
        "run        %s\n",
        program_.data.data.c_str(), size, size, images(parts.train.size()).c_str(),
        images(parts.validation.size()).c_str(), images(parts.test.size()).c_str(), baseline_[0], baseline_[1],
        baseline_[2], program_.net.c_str(), grouped(net_.parameters()).c_str(), program_.recipe.epochs,
        program_.recipe.batch_size, program_.recipe.learning_rate, program_.recipe.pos_weight,
        static_cast<unsigned long long>(program_.recipe.seed), net_.backend().c_str(), unet::thread_count(),
        memory / 1e6, data_memory / 1e6, folder_.path().c_str());
    std::fflush(stdout);
  }

  /// False when interrupted.
  bool train(Training& trainer, const Parts& parts) {
    const unet::Index batch = program_.recipe.batch_size;
    const int steps = static_cast<int>((parts.train.size() + batch - 1) / batch);
    unet::Index samples = trainer.state().samples_done;
    Progress progress(trainer.state().epoch, program_.recipe.epochs);
    progress.begin_epoch(trainer.state().epoch, steps, static_cast<int>(samples / batch));
    unet::TrainCallbacks callbacks;
    callbacks.should_stop = [] { return interrupted(); };
    callbacks.on_step = [&](const unet::StepReport& report) {
      if (report.validating) return;
      progress.step(static_cast<int>(trainer.state().samples_done - samples), report.loss, report.iou);
      samples = trainer.state().samples_done;
    };
    callbacks.on_epoch = [&](const unet::EpochResult& result) {
      add_history(result, peak_memory_mb());
      progress.end_epoch(history_.back(), result.is_best);
      if (result.is_best) trainer.save_best(folder_ / "best.safetensors", metadata());
      save(trainer);
      write_tables(trainer);
      samples = 0;
      progress.begin_epoch(result.epoch + 1, steps);
    };
    return trainer.fit(parts.train, parts.validation, callbacks);
  }

  /// The same, but errors say that a checkpoint is left.
  bool train_or_say_how_to_go_on(Training& trainer, const Parts& parts) {
    try {
      return train(trainer, parts);
    } catch (const unet::Error& error) {
      if (!std::filesystem::exists(folder_ / "last.safetensors")) throw;
      std::string text =
          std::string(error.what()) + "\nThe last good checkpoint is kept: " + (folder_ / "last.safetensors").string();
      if (dynamic_cast<const unet::FileError*>(&error))
        text += "\nOnce the cause is gone, go on with:\n  train --resume " + folder_.path().string();
      throw unet::Error(text);
    }
  }

  /// What an epoch adds to besides the checkpoint.
  void write_tables(const Training& trainer) const {
    if (history_.empty()) return;
    write_history(folder_ / "results.csv", history_);
    unet::write_file_atomically(folder_ / "curves.svg", curves_svg(history_, trainer.state().best_epoch));
  }

  void save(const Training& trainer) const {
    auto extra = metadata();
    std::vector<std::string> peaks;
    for (const EpochRecord& record : history_) peaks.push_back(unet::json_number(record.peak_memory_mb));
    extra["peak_memory_mb"] = unet::json_array(peaks);
    trainer.save_checkpoint(folder_ / "last.safetensors", extra);
  }

  /// What a model file says besides its weights: the size and grey values of its training images (which `predict` resizes to,
  /// and compares with), what its mask means, what computed it, and which run it is.
  Training::Metadata metadata() const {
    const std::string size = std::to_string(program_.data.size);
    return {{"height", size},
            {"width", size},
            {"training_intensity", intensity_},
            {"class_names", "background, foreground"},
            {"threshold", "0.5"},
            {"version", unet::version},
            {"instruction_set", unet::cpu::to_string(unet::cpu::current_isa())},
            {"config", config_json(program_)},
            {"split", split_text_}};
  }

  TrainProgram program_;
  const CompiledNet& net_;
  RunFolder folder_;
  std::array<double, 3> baseline_{};
  std::vector<EpochRecord> history_;
  std::string split_text_;  ///< of split.csv
  std::string intensity_;   ///< of the training images
};

}  // namespace

int train(const TrainProgram& program) { return TrainRun(program).run(); }

}  // namespace app
