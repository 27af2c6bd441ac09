// The study's page: every kind of block, links, texts for those who do not see, nothing from outside.
#include "support/page/section_html.hpp"
#include "support/picture/picture_url.hpp"
#include "unet/core/random.hpp"

#include <doctest/doctest.h>

#include "html_faults.hpp"
#include "programs/study/page.hpp"
#include "support/picture/picture.hpp"

namespace section_html_test {

using namespace test;
using Verdict = app::Finding::Verdict;

namespace {

app::Figure chart(const std::string& id, int width = 460) {
  return {"a chart <of> \"values\"",
          "caption & more",
          "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 " + std::to_string(width) + " 100\"><title id=\"" +
              id + "\">x</title></svg>\n",
          {}};
}

app::Figure photo(unet::Index width) { return {"a picture", "below", "", app::Picture(4, width, {200, 100, 0})}; }

app::StudyPage page() {
  app::StudyPage page;
  page.title = "Study <1> & \"more\"";
  page.subtitle = "20 images";
  page.headlines = {{"0.912", "test IoU", "paper <0.897>"}};
  page.summary = {"summary", "Summary", {app::Paragraph{"a < b"}, app::Finding{Verdict::supported, "The sum is so."}}};
  app::Section groups{"groups", "Groups & others", {}};
  groups.add(app::Table{"Of <people>", {"group", "note", "images"}, {{"a", "<i>", "12"}, {"b", "", "3"}}, 2});
  groups.add(chart("one"));
  groups.add(chart("two"));
  groups.add(app::Paragraph{"between"});
  groups.add(photo(700));
  groups.add(app::Finding{Verdict::not_supported, "Edges matter & more"});
  groups.add(app::Finding{Verdict::note, "By the way"});
  app::Section other{"other", "Other", {app::Finding{Verdict::unclear, "Who knows"}}};
  app::Table longer{"Long", {"n", "square"}, {}};
  for (int i = 0; i < 31; ++i) longer.rows.push_back({std::to_string(i), std::to_string(i * i)});
  other.add(longer);
  page.sections = {groups, other};
  page.missing = {{"clusters", "Clusters", "K is larger than <20>"}};
  return page;
}

std::string between(const std::string& text, const std::string& from, const std::string& to) {
  const std::size_t start = text.find(from);
  REQUIRE(start != text.npos);
  return text.substr(start, text.find(to, start) - start);
}

}  // namespace

TEST_CASE("the page has no faults, and the check of faults sees them") {
  const std::string html = app::study_html(page());
  CHECK(page_faults(html) == "");
  const auto spoilt = [&](const std::string& part, const std::string& other) {
    std::string copy = html;
    const std::size_t at = copy.find(part);
    REQUIRE(at != copy.npos);
    return page_faults(copy.replace(at, part.size(), other));
  };
  CHECK(spoilt("id=\"two\"", "id=\"one\"") == "id twice: one\n");
  CHECK(spoilt("href=\"#other\"", "href=\"#nowhere\"") == "link to nowhere: #nowhere\n");
  CHECK(spoilt("alt=\"a picture\"", "alt=\"\"").find("image without a text") == 0);
  CHECK(spoilt("base64,iVBOR", "base64,AAAAA").find("image without a picture") == 0);
  CHECK(spoilt("<td>&lt;i&gt;</td>", "").find("rows of different lengths") == 0);
  CHECK(spoilt("a &lt; b", "a http://b").find("address") == 0);
  CHECK(spoilt("id=\"groups-table-1\"", "").find("aria-labelledby of nothing") == 0);
}

TEST_CASE("verdicts are words, and are collected with links to where they come from") {
  const std::string html = app::study_html(page());
  CHECK(html.find("<li><strong>Supported:</strong> The sum is so.</li>") != html.npos);
  CHECK(html.find("<li>By the way.</li>") != html.npos);
  CHECK(html.find("1 supported, 1 unclear, 1 not supported") != html.npos);
  const std::string summary = between(html, "<section id=\"summary\"", "</section>");
  CHECK(count(summary, "<strong>Not supported:</strong> Edges matter &amp; more") == 1);
  CHECK(count(summary, "<a href=\"#groups\">Groups &amp; others</a>") == 1);
  CHECK(summary.find("<a href=\"#groups\">") < summary.find("Edges matter"));
  CHECK(between(summary, "<summary>1 observation</summary>", "</details>").find("By the way.") != html.npos);
  CHECK(count(html, "Edges matter") == 2);
}

TEST_CASE("contents lead to every section, also to one that is missing") {
  const std::string html = app::study_html(page());
  const std::string nav = between(html, "<nav", "</nav>");
  for (const char* id : {"summary", "groups", "other", "clusters"})
    CHECK(count(nav, "href=\"#" + std::string(id) + "\"") == 1);
  CHECK(between(html, "<section id=\"clusters\"", "</section>").find("K is larger than &lt;20&gt;") != html.npos);
  CHECK(between(html, "Missing from this report", "</ul>").find("href=\"#clusters\"") != html.npos);
  CHECK(html.find("<a class=\"skip\" href=\"#main\">") < html.find("<header>"));
}

TEST_CASE("the most important numbers stand in large letters at the top") {
  const std::string html = app::study_html(page());
  CHECK(between(html, "<header>", "</header>")
            .find("<li><strong>0.912</strong>test IoU<br><span class=\"soft\">paper &lt;0.897&gt;</span></li>") !=
        std::string::npos);
}

TEST_CASE("a chart that names itself is not named again, so that its points stay reachable") {
  app::Figure figure = chart("x");
  CHECK(count(app::figure_html(figure), "role=\"img\"") == 1);
  figure.svg.insert(4, " role=\"group\" aria-labelledby=\"x\"");
  CHECK(count(app::figure_html(figure), "role=\"img\"") == 0);
}

TEST_CASE("tables name their rows and columns") {
  const std::string table = between(app::study_html(page()), "id=\"groups-table-1\"", "</table>");
  CHECK(table.find(">Of &lt;people&gt;</p>") != table.npos);
  CHECK(count(table, "aria-labelledby=\"groups-table-1\"") == 2);
  CHECK(table.find("<th scope=\"col\">note</th><th scope=\"col\" class=\"number\">images</th>") != table.npos);
  CHECK(table.find("<th scope=\"row\">a</th><td>&lt;i&gt;</td><td class=\"number\">12</td>") != table.npos);
}

TEST_CASE(
    "a number and its interval may stand in two lines, where the table would be too wide; other cells are not broken") {
  const app::Table table{"Dice", {"map", "boundary", "pairs"}, {{"a b", "0.5 [0.4, 0.6]", "1 of 12"}}};
  CHECK(app::table_html(table, "x")
            .find("<th scope=\"row\">a b</th><td class=\"number\">0.5 [0.4,\u00a00.6]</td>"
                  "<td class=\"number\">1\u00a0of\u00a012</td>") != std::string::npos);
  CHECK(app::study_html(page()).find("nowrap") == std::string::npos);
}

TEST_CASE("a picture leads to the file that has it in full size") {
  app::Figure figure = photo(700);
  CHECK(app::figure_html(figure).find("<a ") == std::string::npos);
  figure.file = "maps/a&b.png";
  CHECK(app::figure_html(figure).find("<figcaption>below <a href=\"maps/a&amp;b.png\">The picture in full size</a>"
                                      "</figcaption>") != std::string::npos);
}

TEST_CASE("a long table is folded up, a short one is not") {
  const std::string html = app::study_html(page());
  const std::string other = between(html, "<section id=\"other\"", "</section>");
  CHECK(count(other, "<details>") == 1);
  CHECK(other.find("Long</span> (31 rows)</summary>") != html.npos);
  CHECK(count(between(html, "<section id=\"groups\"", "</section>"), "<details>") == 0);
}

TEST_CASE("charts stand side by side, wide pictures alone, none larger than it is") {
  const std::string html = app::study_html(page());
  const std::string pair = between(html, "<div class=\"figures\">", "between");
  CHECK(count(pair, "<figure>") == 2);
  CHECK(count(pair, "role=\"img\" aria-label=\"a chart &lt;of&gt; &quot;values&quot;\"") == 2);
  CHECK(count(pair, "<figcaption>caption &amp; more</figcaption>") == 2);
  CHECK(count(html, "<figure class=\"wide\">\n<img alt=\"a picture\"") == 1);
  CHECK(html.find("max-width:min(100%,700px)") != html.npos);
  CHECK(app::figure_html(photo(100)).find("<figure>") == 0);
  CHECK(app::figure_html(chart("x", 900)).find("<figure class=\"wide\">") == 0);
}

TEST_CASE("a table without rows is left out") {
  app::Section section{"s", "S", {}};
  section.add(app::Table{"Nothing", {"a", "b"}, {}});
  CHECK(app::section_html(section).find("Nothing") == std::string::npos);
}

TEST_CASE("an empty study is still a sound page") {
  app::StudyPage page;
  page.title = "nothing";
  page.summary = {"summary", "Summary", {}};
  CHECK(page_faults(app::study_html(page)) == "");
}

TEST_CASE("a figure with nothing beside it has the width of the text; two charts share a row") {
  const auto alone = [](std::vector<app::Block> blocks) {
    return count(app::blocks_html({"s", "S", std::move(blocks)}), "<figure class=\"alone\">");
  };
  CHECK(alone({chart("a")}) == 1);
  CHECK(alone({chart("a"), chart("b")}) == 0);
  CHECK(alone({chart("a"), chart("b"), chart("c")}) == 1);
  CHECK(alone({chart("a"), app::Paragraph{"between"}, chart("b")}) == 2);
  CHECK(alone({chart("a"), chart("w", 900), chart("b"), chart("c")}) == 1);
  CHECK(alone({chart("w", 900)}) == 0);
}

TEST_CASE("photographs are embedded as JPEG, drawings stay PNG without loss") {
  app::Picture photograph(96, 96), drawing(96, 96, {250, 250, 250});
  unet::Random random(1, unet::Purpose::test);
  for (unet::Index y = 0; y < 96; ++y)
    for (unet::Index x = 0; x < 96; ++x) {
      const auto grey = static_cast<std::uint8_t>(x + y + 6 * random.uniform());
      photograph.set(y, x, {grey, grey, grey});
    }
  CHECK(app::picture_url(photograph).starts_with("data:image/jpeg;base64,/9j/"));
  CHECK(app::picture_url(drawing).starts_with("data:image/png;base64,iVBOR"));
  CHECK(app::picture_url(photograph, 50).size() < app::picture_url(photograph, 95).size());
  app::Figure figure = photo(4);
  figure.picture = photograph;
  CHECK(app::figure_html(figure).find("src=\"data:image/jpeg;base64,") != std::string::npos);
}

}  // namespace section_html_test
