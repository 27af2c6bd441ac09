// report.html: well-formed, self-contained, everything escaped, every value in it.
#include "support/page/report.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "../io/temporary_folder.hpp"
#include "support/text/markup.hpp"
#include "unet/core/error.hpp"
#include "well_formed.hpp"

namespace report_test {

namespace {

app::ReportData report_data() {
  app::ReportData data;
  data.title = "Run <script>alert(1)</script> & \"more\"";
  data.parts = {{"train", 340, 0.93124, 0.6731, 0.96442},
                {"validation", 113, 0.9123, 0.6702, 0.95},
                {"test", 1130, 0.9, 0.7, 0.94}};
  for (int epoch = 1; epoch <= 3; ++epoch)
    data.history.push_back({epoch, 1.0 / epoch, 0.8, 1.5 / epoch, 0.7 + 0.01 * epoch, 0.01, 12.34, 56.78, 901.2});
  data.best_epoch = 3;
  data.planned_epochs = 30;
  data.overlays = {{"best", "id<1>", 0.987, {0, 1, 2, 255}}, {"worst", "id\"2\"", 0.123, {}}};
  data.data = {{"data set", "a & b"}};
  data.model = {{"net", "UNet<1, 1, 32, 4>"}};
  data.recipe = {{"epochs", "30"}};
  data.versions = {{"unet", "0.1.0"}};
  data.times = {{"duration", "1:00 min"}};
  return data;
}

const std::vector<std::string_view> empty_elements = {"meta", "img", "br"};

}  // namespace

TEST_CASE("escaping leaves nothing that a browser would act on") {
  CHECK(app::escape("a<b>&\"'") == "a&lt;b&gt;&amp;&quot;&#39;");
  CHECK(app::escape("Z\u00fcrich \u20ac \U0001F600") == "Z\u00fcrich \u20ac \U0001F600");
  CHECK(app::escape(std::string("\0\x1b\x07", 3)) == "\uFFFD\uFFFD\uFFFD");
  CHECK(app::escape("\xff\xc3") == "\uFFFD\uFFFD");
  CHECK(app::escape("\xc0\xbc") == "\uFFFD\uFFFD");                          // an overlong <
  CHECK(app::escape("\xed\xa0\x80") == "\uFFFD\uFFFD\uFFFD");                // a surrogate
  CHECK(app::escape("\xf4\x90\x80\x80").find('\xf4') == std::string::npos);  // beyond U+10FFFF
  CHECK(app::escape("\xe2<") == "\uFFFD&lt;");
}

TEST_CASE("base64 as in RFC 4648") {
  const auto encode = [](std::string_view text) {
    return app::base64(std::vector<std::uint8_t>(text.begin(), text.end()));
  };
  CHECK(encode("") == "");
  CHECK(encode("f") == "Zg==");
  CHECK(encode("fo") == "Zm8=");
  CHECK(encode("foo") == "Zm9v");
  CHECK(encode("foobar") == "Zm9vYmFy");
  CHECK(encode("\xff\xff\xff") == "////");
}

TEST_CASE("the report is well-formed and needs nothing from outside") {
  const std::string html = app::report_html(report_data());
  CHECK(markup_fault(html, empty_elements) == "");
  CHECK(html.find("<script") == html.npos);
  CHECK(html.find("<link") == html.npos);
  CHECK(html.find("@import") == html.npos);
  CHECK(html.find("url(") == html.npos);
  CHECK(count(html, "src=\"") == count(html, "src=\"data:image/png;base64,"));
  CHECK(count(html, "http") == count(html, "xmlns=\"http://www.w3.org/2000/svg\""));
  CHECK(html.find("name=\"viewport\"") != html.npos);
  CHECK(html.find("prefers-color-scheme:dark") != html.npos);
  CHECK(html.find("@media print") != html.npos);
}

TEST_CASE("what comes from outside is escaped wherever it appears") {
  const std::string html = app::report_html(report_data());
  CHECK(count(html, "Run &lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;more&quot;") == 2);
  CHECK(html.find("UNet&lt;1, 1, 32, 4&gt;") != html.npos);
  CHECK(html.find("best: id&lt;1&gt;, IoU 0.987") != html.npos);
  CHECK(html.find("a &amp; b") != html.npos);
}

TEST_CASE("the report tells the results") {
  const std::string html = app::report_html(report_data());
  CHECK(html.find("Best validation IoU at epoch 3; 3 of 30 epochs trained.") != html.npos);
  CHECK(html.find("<strong>0.931</strong>train IoU") != html.npos);
  CHECK(html.find(">0.9312</td>") != html.npos);
  CHECK(html.find(">0.6731</td>") != html.npos);
  CHECK(html.find(">0.9644</td>") != html.npos);
  CHECK(html.find(">Dice</th>") != html.npos);
  CHECK(html.find("Training values are means during the epoch") != html.npos);
  CHECK(html.find(">1,130</td>") != html.npos);
  CHECK(html.find("3 (best)") != html.npos);
  CHECK(html.find("base64,AAEC/w==") != html.npos);
  CHECK(html.find("56.8") != html.npos);
  for (const char* heading : {"Data", "Model", "Recipe", "Versions", "Times"})
    CHECK(html.find("<h2>" + std::string(heading) + "</h2>") != html.npos);
}

TEST_CASE("printed, what is folded is open and headings stay with what follows; a wide table shows that it scrolls") {
  const std::string html = app::report_html(report_data());
  const std::string print = html.substr(html.find("@media print"));
  CHECK(print.find("details::details-content{display:block;height:auto;content-visibility:visible}") != print.npos);
  CHECK(print.find("h1,h2,h3,h4,summary,.caption,h2+p,h3+p{break-after:avoid}") != print.npos);
  // Shadows at the edges of the box, covered by what scrolls with the table where it ends.
  CHECK(html.find("no-repeat local") != html.npos);
  CHECK(html.find("no-repeat scroll") != html.npos);
}

TEST_CASE("identifiers are unique and tables have headers") {
  const std::string html = app::report_html(report_data());
  for (const char* id : {"loss-title", "iou-title", "loss-description", "iou-description"})
    CHECK(count(html, " id=\"" + std::string(id) + "\"") == 1);
  CHECK(count(html, "<th") == count(html, "<th scope=\"") + count(html, "<thead>"));
}

TEST_CASE("a report of nothing, and of values that are not finite") {
  CHECK(markup_fault(app::report_html({}), empty_elements) == "");
  app::ReportData data = report_data();
  data.parts[2] = {"test", 0, std::nan(""), std::nan(""), std::nan("")};
  data.history[1].train_loss = std::numeric_limits<double>::infinity();
  const std::string html = app::report_html(data);
  CHECK(markup_fault(html, empty_elements) == "");
  CHECK(html.find(">nan") == html.npos);
  CHECK(html.find(">inf") == html.npos);
  CHECK(html.find("test IoU") == html.npos);  // no headline for a part without images
}

TEST_CASE("write_report replaces the page in one go and says where it can not") {
  const TemporaryFolder folder;
  app::write_report(folder / "report.html", report_data());
  CHECK(file_content(folder / "report.html") == app::report_html(report_data()));
  CHECK_THROWS_WITH_AS(app::write_report(folder.path() / "none" / "report.html", report_data()),
                       doctest::Contains("none/report.html: can not be created"), unet::FileError);
}

}  // namespace report_test
