#include "programs/study/page.hpp"

#include "support/chart/curves.hpp"
#include "support/page/html.hpp"
#include "support/page/report_style.hpp"
#include "support/page/section_html.hpp"
#include "support/page/study_style.hpp"
#include "support/text/markup.hpp"

namespace app {

namespace {

std::string link(const std::string& id, const std::string& text) {
  return html::element("a", svg::attribute("href", "#" + id), text);
}

}  // namespace

std::vector<Finding> findings_of(const Section& section) {
  std::vector<Finding> findings;
  for (const Block& block : section.blocks)
    if (const auto* finding = std::get_if<Finding>(&block)) findings.push_back(*finding);
  return findings;
}

namespace {

/// "3 supported, 1 unclear, 2 not supported", and those that can not be judged if there are any.
std::string count_verdicts(const std::vector<Section>& sections) {
  using Verdict = Finding::Verdict;
  std::string text;
  for (const Verdict verdict :
       {Verdict::supported, Verdict::unclear, Verdict::not_supported, Verdict::not_comparable}) {
    int count = 0;
    for (const Section& section : sections)
      for (const Finding& finding : findings_of(section)) count += finding.verdict == verdict;
    if (count == 0 && verdict == Verdict::not_comparable) continue;
    text += (text.empty() ? "" : ", ") + std::to_string(count) + " " + to_string(verdict);
  }
  return text;
}

std::string headlines_html(const std::vector<Headline>& headlines) {
  if (headlines.empty()) return "";
  std::string out = "<ul class=\"headline\">\n";
  for (const Headline& h : headlines)
    out += "<li>" + html::element("strong", "", h.value) + escape(h.name) + "<br>" +
           html::element("span", " class=\"soft\"", h.note) + "</li>\n";
  return out + "</ul>\n";
}

std::string collected_findings(const StudyPage& page) {
  std::vector<Section> all = {page.summary};
  all.insert(all.end(), page.sections.begin(), page.sections.end());
  std::string out = html::element("h3", "", "What was found in the sections below") + "\n" +
                    html::element("p", " class=\"soft\"",
                                  "Sentences that begin with a verdict are about what the paper says. In the whole "
                                  "report: " +
                                      count_verdicts(all) + ".") +
                    "\n";
  for (const Section& section : page.sections) {
    std::string judged, notes;
    int note_count = 0;
    for (const Finding& finding : findings_of(section)) {
      const bool note = finding.verdict == Finding::Verdict::note;
      (note ? notes : judged) += "<li>" + finding_html(finding) + "</li>\n";
      note_count += note;
    }
    if (judged.empty() && notes.empty()) continue;
    out += "<h4>" + link(section.id, section.title) + "</h4>\n";
    if (!judged.empty()) out += "<ul class=\"findings\">\n" + judged + "</ul>\n";
    if (!notes.empty())
      out += "<details>\n<summary>" + std::to_string(note_count) +
             (note_count == 1 ? " observation" : " observations") + "</summary>\n<ul class=\"findings\">\n" + notes +
             "</ul>\n</details>\n";
  }
  if (page.missing.empty()) return out;
  out += html::element("h3", "", "Missing from this report") + "\n<ul class=\"findings\">\n";
  for (const MissingSection& missing : page.missing)
    out += "<li>" + link(missing.id, missing.title) + ": " + escape(missing.reason) + "</li>\n";
  return out + "</ul>\n";
}

}  // namespace

std::string study_html(const StudyPage& page) {
  std::string contents = "<li>" + link(page.summary.id, page.summary.title) + "</li>\n", main;
  for (const Section& section : page.sections) {
    contents += "<li>" + link(section.id, section.title) + "</li>\n";
    main += section_html(section);
  }
  for (const MissingSection& missing : page.missing) {
    contents += "<li>" + link(missing.id, missing.title + " (missing)") + "</li>\n";
    main += section_html({missing.id, missing.title, {Paragraph{"This analysis is missing: " + missing.reason}}});
  }
  return html::page(page.title, std::string(report_style()) + curves_style() + study_style(),
                    "<a class=\"skip\" href=\"#main\">Skip to the results</a>\n<header>\n" +
                        html::element("h1", "", page.title) + "\n" +
                        html::element("p", " class=\"soft\"", page.subtitle) + "\n" + headlines_html(page.headlines) +
                        "</header>\n<nav aria-labelledby=\"contents\">\n<h2 id=\"contents\">Contents</h2>\n<ol>\n" +
                        contents + "</ol>\n</nav>\n<main id=\"main\">\n" +
                        section_html(page.summary, collected_findings(page)) + main + "</main>\n");
}

}  // namespace app
