// report.html: one page that holds all of a run and needs neither network nor scripts.
#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "support/page/report_data.hpp"

namespace app {

/// The page as text. Everything that comes from outside is escaped.
std::string report_html(const ReportData& data);

/// Writes report.html, atomically. Throws unet::FileError.
void write_report(const std::filesystem::path& path, const ReportData& data);

}  // namespace app
