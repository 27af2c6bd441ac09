#include "support/page/report_style.hpp"

namespace app {

const char* report_style() {
  return R"(:root{color-scheme:light dark;
--text:#1d1d1f;--soft:#5c5c63;--back:#fff;--card:#f4f5f7;--border:#d9dbe0;--accent:#0063a6;--shadow:#0006}
@media screen and (prefers-color-scheme:dark){:root{
--text:#e6e6e8;--soft:#a5a5ad;--back:#181818;--card:#242427;--border:#3c3c42;--accent:#7cc4f5;--shadow:#fff6}}
*{box-sizing:border-box}
body{margin:0;background:var(--back);color:var(--text);font:16px/1.5 system-ui,sans-serif}
main{max-width:62rem;margin:0 auto;padding:1rem}
h1{font-size:1.6rem;line-height:1.25;margin:.5rem 0;overflow-wrap:anywhere}
h2{font-size:1.2rem;margin:2rem 0 .5rem}
.soft,figcaption{color:var(--soft)}
.headline{display:flex;flex-wrap:wrap;gap:.75rem;margin:1rem 0;padding:0;list-style:none}
.headline li{flex:1 1 9rem;padding:.75rem 1rem;
border:1px solid var(--border);border-radius:.5rem;background:var(--card)}
.headline strong{display:block;font-size:1.9rem;line-height:1.2;color:var(--accent);font-variant-numeric:tabular-nums}
.scroll{overflow-x:auto;border:1px solid var(--border);border-radius:.5rem;
background:linear-gradient(90deg,var(--back) 30%,transparent) left/2.5rem 100% no-repeat local,
linear-gradient(270deg,var(--back) 30%,transparent) right/2.5rem 100% no-repeat local,
linear-gradient(90deg,var(--shadow),transparent) left/1rem 100% no-repeat scroll,
linear-gradient(270deg,var(--shadow),transparent) right/1rem 100% no-repeat scroll}
.scroll:focus-visible,summary:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
table{border-collapse:collapse;width:100%}
th,td{padding:.35rem .75rem;text-align:left;vertical-align:top;border-top:1px solid var(--border)}
thead th{vertical-align:bottom;border-bottom:2px solid var(--border)}
td.number,th.number{text-align:right;font-variant-numeric:tabular-nums}
tr.best{background:var(--card);font-weight:600}
.facts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,22rem),1fr));gap:0 1.5rem}
.facts th{font-weight:400;color:var(--soft);width:45%}
.facts td,.facts th{overflow-wrap:anywhere}
.curve-panels{display:flex;flex-wrap:wrap;gap:1rem}
.curve-panels svg{flex:1 1 20rem;min-width:0;width:100%;max-width:100%;height:auto}
figure{margin:0 0 1.25rem}
figure img{display:block;width:100%;max-width:60rem;height:auto;border-radius:.25rem;background:#000}
figcaption{padding-top:.35rem;overflow-wrap:anywhere}
.key{display:inline-block;width:.8em;height:.8em;border-radius:.15em;margin-right:.3em;vertical-align:-.05em}
summary{cursor:pointer;padding:.5rem 0;color:var(--accent)}
@media (max-width:30rem){
th,td{padding:.35rem .4rem;font-size:.9rem}
.headline{gap:.5rem}
.headline li{flex-basis:6rem;padding:.5rem .6rem;font-size:.9rem}
.headline strong{font-size:1.5rem}
}
@media print{
body{font-size:11pt}
main{max-width:none;padding:0}
.scroll{overflow:visible;border:0;break-inside:avoid}
figure,tr,.headline li,.curve-panels,.curve-panels svg,.facts section{break-inside:avoid}
h1,h2,h3,h4,summary,.caption,h2+p,h3+p{break-after:avoid}
.figures,.curve-panels{break-before:avoid}
.scroll{background:none}
details::details-content{display:block;height:auto;content-visibility:visible}
summary{list-style:none}
}
)";
}

}  // namespace app
