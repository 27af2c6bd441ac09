#include "programs/study/facts_section.hpp"

#include "support/cli/machine.hpp"
#include "support/cli/memory.hpp"
#include "support/nets/weights_file.hpp"
#include "support/text/numbers.hpp"
#include "unet/unet.hpp"

namespace app {

Section facts_section(const Session& session, const std::string& command, const std::vector<StepTime>& steps,
                      const std::string& date) {
  Section section{"facts", "Facts", {}};
  const std::string backend = session.model().backend();
  section.add(Table{"How this report was made",
                    {"fact", "value"},
                    {{"command", command},
                     {"model", weights_file(session.options().model).string()},
                     {"data", session.data_name()},
                     {"seed", std::to_string(session.seed())},
                     {"date", date},
                     {"unet", unet::version},
                     {"compiler", compiler_name()},
                     {"backend", backend + (backend.starts_with("cpu")
                                                ? std::string(", ") + unet::cpu::to_string(unet::cpu::current_isa())
                                                : "")},
                     {"processor", processor_name()},
                     {"threads", std::to_string(unet::thread_count())},
                     {"peak memory", fixed(peak_memory_mb(), 0) + " MB"}},
                    2});
  Table times{"Times", {"step", "time"}, {}};
  double sum = 0;
  for (const StepTime& step : steps) {
    times.rows.push_back({step.step, duration(step.seconds)});
    sum += step.seconds;
  }
  times.rows.push_back({"all", duration(sum)});
  section.add(times);
  section.add(
      Paragraph{"Results depend on model, data and seed alone, not on the number of threads; times and memory do."});
  return section;
}

}  // namespace app
