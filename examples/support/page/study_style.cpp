#include "support/page/study_style.hpp"

namespace app {

const char* study_style() {
  return R"(.skip{position:absolute;left:-100rem}
.skip:focus{position:static;display:block;padding:.75rem 1rem}
a{color:var(--accent);text-underline-offset:.15em}
a:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
header{max-width:62rem;margin:0 auto;padding:1rem 1rem 0}
header p{margin:.25rem 0;overflow-wrap:anywhere}
nav{max-width:62rem;margin:0 auto;padding:0 1rem}
nav h2{margin:1rem 0 .25rem}
nav ol{margin:0;padding-left:1.5rem;columns:16rem}
nav li{padding:.2rem 0;break-inside:avoid}
section{scroll-margin-top:1rem}
section+section{margin-top:2.5rem;border-top:1px solid var(--border)}
h2{font-size:1.3rem}
h3{font-size:1.05rem;margin:1.75rem 0 .25rem}
h4{font-size:1rem;margin:1rem 0 .25rem}
p{max-width:46rem}
.caption{margin:1.25rem 0 .4rem;font-weight:600;max-width:none}
th,td{overflow-wrap:break-word}
tbody th{font-weight:600;min-width:5.5rem}
.findings{padding-left:1.2rem}
.findings li{margin:.4rem 0;max-width:46rem}
.figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,24rem),1fr));gap:1rem 1.5rem;
align-items:start;margin:1.25rem 0}
.figures figure{margin:0;min-width:0}
.figures .wide,.figures .alone{grid-column:1/-1}
.alone .chart-box{max-width:46rem}
.alone svg{width:100%}
.figures figcaption{max-width:46rem}
.chart-box svg{display:block;max-width:100%;height:auto}
summary{font-weight:600}
code{overflow-wrap:anywhere}
@media (min-width:90rem){
body{display:grid;grid-template-columns:18rem minmax(0,62rem) 18rem;justify-content:center;column-gap:1rem}
.skip,header,main{grid-column:2}
header,main{margin:0;width:100%}
nav{grid-column:1;grid-row:1/span 3;position:sticky;top:0;align-self:start;max-height:100vh;overflow-y:auto;
padding:1.5rem 0 1rem 1rem;margin:0}
nav ol{columns:auto}
}
@media print{
.skip{display:none}
nav ol{columns:2}
header,nav{padding:0}
.figures{grid-template-columns:1fr 1fr}
.figures .alone{max-width:12cm}
p,li{max-width:none}
table{font-size:9pt}
th,td{padding:.2rem .35rem}
}
)";
}

}  // namespace app
