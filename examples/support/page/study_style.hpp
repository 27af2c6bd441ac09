// What the study's page has beyond the style of a training report: contents, findings, figures side by side.
#pragma once
namespace app {

/// Follows report_style().
const char* study_style();

}  // namespace app
