// The style sheet of report.html: light and dark, from phone to print.
#pragma once
namespace app {

const char* report_style();

}  // namespace app
