#include "programs/study/study.hpp"

#include <chrono>
#include <cstdio>
#include <ctime>
#include <filesystem>

#include "programs/study/analyses.hpp"
#include "programs/study/data_section.hpp"
#include "programs/study/facts_section.hpp"
#include "programs/study/model_section.hpp"
#include "programs/study/page.hpp"
#include "programs/study/summary.hpp"
#include "programs/study/tables.hpp"
#include "programs/study/training_section.hpp"
#include "support/cli/program.hpp"
#include "support/page/section_text.hpp"
#include "support/session/comparable.hpp"
#include "support/session/result_folder.hpp"
#include "support/session/session.hpp"
#include "support/text/date.hpp"
#include "support/text/numbers.hpp"

namespace app {

namespace {

/// Runs the analyses one after the other. One that fails is named in the report, and the others go on; after Ctrl-C no
/// further one starts, and the report has what is finished.
class Study {
 public:
  /// Asks for the right to write every file before anything is loaded. Throws OptionError, FileError.
  explicit Study(const StudyOptions& options)
      : options_(options), out_(options.session.out, study_files, options.session.overwrite) {
    for (const Analysis& analysis : all_analyses(options.quick, options.occlusion_stride))
      folders_.emplace_back(out_.path() / analysis.id, analysis.files, options.session.overwrite);
  }

  /// Exit code: 0, 1 when an analysis has failed, or that of an interrupt. Throws what a Session throws.
  int run() {
    Session session(options_.session);
    timed("segmentation of all images", [&] { session.results(); });
    const std::vector<PartSummary> parts = part_summaries(session);
    std::vector<BlockRow> blocks;
    timed("shapes of the net", [&] { blocks = blocks_of(session); });

    page_.summary = summary_section(session, parts);
    page_.sections = {data_section(session), model_section(session, blocks), training_section(session)};
    const std::vector<Analysis> analyses = all_analyses(options_.quick, options_.occlusion_stride);
    for (std::size_t i = 0; i < analyses.size(); ++i) run(analyses[i], folders_[i], session);

    const std::string date = date_text(std::time(nullptr));
    page_.sections.push_back(facts_section(session, options_.command, steps_, date));
    page_.title = "Study of the net " + session.model().net() + " on " +
                  (session.data_name() == "phantom" ? "synthetic images"
                                                    : std::filesystem::path(session.data_name()).filename().string());
    page_.subtitle = grouped(session.data().size()) + " images of " + std::to_string(session.data().shape().h) + " x " +
                     std::to_string(session.data().shape().w) + " pixels; " + date;
    const bool with_paper = are_papers_images(session.data());
    for (const PartSummary& p : parts)
      page_.headlines.push_back({fixed(p.mean, 3), p.name + " IoU", with_paper ? "paper " + fixed(p.paper, 3) : ""});
    out_.write("parts.csv", parts_csv(parts, with_paper));
    out_.write("per_image.csv", per_image_csv(session));
    out_.write("blocks.csv", blocks_csv(blocks));
    out_.write("findings.csv", findings_csv(page_));
    out_.write("report.html", study_html(page_));
    std::printf("%s\nlook at %s\n", plain_text(parts_table(parts, with_paper)).c_str(), (out_ / "report.html").c_str());
    return interrupted() ? interrupted_exit_code() : failed_ ? 1 : 0;
  }

 private:
  template <class F>
  void timed(const std::string& step, const F& f) {
    using Clock = std::chrono::steady_clock;
    const auto start = Clock::now();
    f();
    steps_.push_back({step, std::chrono::duration<double>(Clock::now() - start).count()});
  }

  void run(const Analysis& analysis, const ResultFolder& folder, Session& session) {
    const auto missing = [&](const std::string& reason) {
      std::fprintf(stderr, "%s: %s\n", analysis.id.c_str(), reason.c_str());
      page_.missing.push_back({analysis.id, analysis.title, reason});
    };
    if (interrupted()) return missing("interrupted before it began");
    std::fprintf(stderr, "%s\n", analysis.title.c_str());
    try {
      timed(analysis.title, [&] {
        Section section = analysis.run(session, folder);
        section.id = analysis.id;
        for (Block& block : section.blocks)
          if (Figure* figure = std::get_if<Figure>(&block); figure && !figure->file.empty())
            figure->file = analysis.id + "/" + figure->file;
        section.add(Paragraph{"Files in " + analysis.id + "/: " + list(folder, analysis.files) + "."});
        page_.sections.push_back(std::move(section));
      });
    } catch (const Interrupted&) {
      missing("interrupted");
    } catch (const std::exception& error) {
      failed_ = true;
      missing(error.what());
    }
  }

  /// Those that were written: some depend on the data.
  static std::string list(const ResultFolder& folder, const std::vector<std::string>& names) {
    std::string text;
    for (const std::string& name : names)
      if (std::filesystem::exists(folder / name)) text += (text.empty() ? "" : ", ") + name;
    return text;
  }

  StudyOptions options_;
  ResultFolder out_;
  std::vector<ResultFolder> folders_;
  std::vector<StepTime> steps_;
  StudyPage page_;
  bool failed_ = false;
};

}  // namespace

int run_study(const StudyOptions& options) { return Study(options).run(); }

}  // namespace app
