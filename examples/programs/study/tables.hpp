// The study's own CSV files; those of the analyses are their own.
#pragma once
#include <string>
#include <vector>

#include "programs/study/model_section.hpp"
#include "programs/study/page.hpp"
#include "programs/study/summary.hpp"
#include "support/session/session.hpp"

namespace app {

std::string parts_csv(const std::vector<PartSummary>& parts, bool with_paper);

std::string per_image_csv(Session& session);

std::string blocks_csv(const std::vector<BlockRow>& blocks);

std::string findings_csv(const StudyPage& page);

}  // namespace app
