// What is wrong with a page that shall be read without network, scripts or sight.
#pragma once
#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "well_formed.hpp"

namespace test {

/// The start tags of an element, without their attributes' order: "<img alt=... src=...>" as text.
inline std::vector<std::string_view> tags(std::string_view html, std::string_view name) {
  std::vector<std::string_view> all;
  const std::string start = "<" + std::string(name);
  for (std::size_t at = html.find(start); at != html.npos; at = html.find(start, at + 1)) {
    const char next = html[at + start.size()];
    if (next == ' ' || next == '>' || next == '/') all.push_back(html.substr(at, html.find('>', at) - at + 1));
  }
  return all;
}

/// Values of an attribute, wherever it stands.
inline std::vector<std::string> attribute_values(std::string_view html, std::string_view name) {
  std::vector<std::string> all;
  const std::string start = " " + std::string(name) + "=\"";
  for (std::size_t at = html.find(start); at != html.npos; at = html.find(start, at + 1)) {
    const std::size_t begin = at + start.size();
    all.emplace_back(html.substr(begin, html.find('"', begin) - begin));
  }
  return all;
}

/// Every fault as a line; empty when there is none.
inline std::string page_faults(std::string_view html) {
  std::string faults;
  const auto fault = [&](const std::string& text) { faults += text + "\n"; };
  if (const std::string markup = markup_fault(html, {"meta", "img", "br"}); !markup.empty()) fault(markup);

  std::vector<std::string> ids = attribute_values(html, "id");
  std::sort(ids.begin(), ids.end());
  for (std::size_t i = 1; i < ids.size(); ++i)
    if (ids[i] == ids[i - 1]) fault("id twice: " + ids[i]);
  const auto known = [&](const std::string& id) { return std::binary_search(ids.begin(), ids.end(), id); };
  for (const std::string& target : attribute_values(html, "href")) {
    // A picture that the program wrote beside the page may be linked.
    const bool beside = target.ends_with(".png") && target.find(':') == target.npos && !target.starts_with("/") &&
                        target.find("..") == target.npos;
    if (!target.starts_with("#") && !target.starts_with("data:") && !beside) fault("link out of the page: " + target);
    if (target.starts_with("#") && !known(target.substr(1))) fault("link to nowhere: " + target);
  }
  for (const char* attribute : {"aria-labelledby", "aria-describedby"})
    for (const std::string& list : attribute_values(html, attribute))
      for (std::size_t at = 0; at < list.size();) {
        const std::size_t end = std::min(list.find(' ', at), list.size());
        if (!known(list.substr(at, end - at))) fault(attribute + std::string(" of nothing: ") + list);
        at = end + 1;
      }

  for (const std::string_view image : tags(html, "img")) {
    const auto alt = attribute_values(image, "alt"), source = attribute_values(image, "src");
    if (alt.size() != 1 || alt[0].empty()) fault("image without a text: " + std::string(image.substr(0, 80)));
    if (source.size() != 1 || (!source[0].starts_with("data:image/png;base64,iVBORw0KGgo") &&
                               !source[0].starts_with("data:image/jpeg;base64,/9j/")))
      fault("image without a picture: " + std::string(image.substr(0, 80)));
  }
  for (const std::string& source : attribute_values(html, "src"))
    if (!source.starts_with("data:")) fault("outside source: " + source.substr(0, 80));
  for (std::size_t at = html.find("://"); at != html.npos;
       at = html.find("://", at + 1))  // never in pictures as base64
    if (!html.substr(0, at).ends_with("xmlns=\"http") && !html.substr(0, at).ends_with("xmlns:xlink=\"http"))
      fault("address: " + std::string(html.substr(at - std::min<std::size_t>(at, 5), 60)));
  for (const char* forbidden : {"<script src", "<link", "@import", "url(", "javascript:", " onload=", " onclick="})
    if (html.find(forbidden) != html.npos) fault(std::string("in the page: ") + forbidden);

  for (std::size_t at = html.find("<table"); at != html.npos; at = html.find("<table", at + 1)) {
    const std::string_view table = html.substr(at, html.find("</table>", at) - at);
    const auto heads = tags(table, "th");
    const auto has = [&](const char* scope) {
      return std::any_of(heads.begin(), heads.end(), [&](std::string_view th) {
        return th.find(std::string("scope=\"") + scope + "\"") != th.npos;
      });
    };
    if (!has("col") || !has("row")) fault("table without headers: " + std::string(table.substr(0, 100)));
    const auto cells = [](std::string_view row) { return tags(row, "th").size() + tags(row, "td").size(); };
    std::size_t columns = 0;
    for (std::size_t row = table.find("<tr"); row != table.npos; row = table.find("<tr", row + 1)) {
      const std::size_t count = cells(table.substr(row, table.find("</tr>", row) - row));
      if (columns == 0) columns = count;
      if (count != columns) fault("rows of different lengths: " + std::string(table.substr(row, 100)));
    }
  }
  for (const char* landmark : {"main", "header", "nav"})
    if (tags(html, landmark).size() != 1) fault(std::string("not exactly one landmark ") + landmark);
  if (tags(html, "h1").size() != 1) fault("not exactly one h1");
  if (tags(html, "html").empty() || tags(html, "html")[0].find(" lang=\"") == html.npos) fault("no language");
  return faults;
}

}  // namespace test
