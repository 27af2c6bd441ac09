#include "support/chart/chart_style.hpp"

namespace app {

const char* chart_style() {
  return R"(.chart{font:13px system-ui,sans-serif;
--text:#222;--soft:#5c5c63;--grid:#e2e2e2;--axis:#888;--back:#fff;--series0:#0072b2;--series1:#d55e00}
@media screen and (prefers-color-scheme:dark){.chart{
--text:#ddd;--soft:#a5a5ad;--grid:#383838;--axis:#999;--back:#181818;--series0:#56b4e9;--series1:#ff9248}}
.chart text{fill:var(--text)}
.chart .heading{font-size:15px;font-weight:600}
.chart .note{font-size:11px;fill:var(--soft)}
.chart line,.chart polyline{fill:none;stroke-width:2;stroke-linejoin:round}
.chart .grid{stroke:var(--grid);stroke-width:1}
.chart .axis{stroke:var(--axis);stroke-width:1}
.chart .reference{stroke:var(--axis);stroke-width:1;stroke-dasharray:4 3}
.chart .series0{stroke:var(--series0)}
.chart .series1{stroke:var(--series1)}
.chart polyline.series1{stroke-dasharray:6 3}
.chart .few{opacity:.45}
.chart .mark.series0{fill:var(--series0);stroke:none}
.chart .mark.series1{fill:var(--back);stroke:var(--series1);stroke-width:2}
.chart .band{stroke:none;opacity:.22}
.chart .band.series0{fill:var(--series0)}
.chart .band.series1{fill:var(--series1)}
.chart .bar{fill:var(--soft);stroke:none;opacity:.6}
.chart .touch{fill:transparent;stroke:none}
.chart .back{fill:var(--back)}
)";
}

}  // namespace app
