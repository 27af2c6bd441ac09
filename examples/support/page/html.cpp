#include "support/page/html.hpp"

#include "support/text/markup.hpp"

namespace app::html {

std::string element(std::string_view name, std::string_view attributes, std::string_view content) {
  return "<" + std::string(name) + std::string(attributes) + ">" + escape(content) + "</" + std::string(name) + ">";
}

std::string scrolling_table(std::string_view naming, std::string_view name, std::string_view rows) {
  const std::string named = svg::attribute(naming, name);
  return "<div class=\"scroll\" role=\"region\" tabindex=\"0\"" + named + ">\n<table" + named + ">\n" +
         std::string(rows) + "</table>\n</div>\n";
}

std::string header_row(const std::vector<std::string>& names, std::size_t text_columns) {
  std::string out = "<thead><tr>";
  for (std::size_t i = 0; i < names.size(); ++i)
    out += element("th", i < text_columns ? " scope=\"col\"" : " scope=\"col\" class=\"number\"", names[i]);
  return out + "</tr></thead>\n";
}

std::string number_cell(std::string_view text) { return element("td", " class=\"number\"", text); }

std::string page(std::string_view title, std::string_view style, std::string_view body) {
  return "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
         "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n" +
         element("title", "", title) + "\n<style>\n" + std::string(style) + "</style>\n</head>\n<body>\n" +
         std::string(body) + "</body>\n</html>\n";
}

}  // namespace app::html
