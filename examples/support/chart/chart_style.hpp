// The style of charts that are not learning curves: light and dark, the same colours for the first series and the second.
#pragma once
namespace app {

/// Goes into a <style> of the chart or of the page that it stands in. Blue and orange of Okabe & Ito's colour-blind-safe
/// palette; series also differ by the shape of their marks or by dashes.
const char* chart_style();

}  // namespace app
