// A small check of SVG and HTML: tags balance, attributes are quoted, bare < and & do not occur.
#pragma once
#include <cctype>
#include <string>
#include <string_view>
#include <vector>

/// What is wrong with a document; empty when it is well-formed. Elements named in `empty` need no end tag.
inline std::string markup_fault(std::string_view text, const std::vector<std::string_view>& empty = {}) {
  std::vector<std::string> open;
  const auto near = [text](std::size_t at) { return " near '" + std::string(text.substr(at, 40)) + "'"; };
  for (std::size_t i = 0; i < text.size();) {
    if (text[i] == '&') {
      const std::size_t end = text.find(';', i);
      if (end == text.npos || end - i > 6) return "bare &" + near(i);
    }
    if (text[i] == '>') return "bare >" + near(i);
    if (text[i] != '<') {
      ++i;
      continue;
    }
    const std::size_t start = i;
    if (text.substr(i).starts_with("<!DOCTYPE html>")) {
      i += 15;
      continue;
    }
    const bool closing = text.substr(i + 1, 1) == "/";
    i += closing ? 2 : 1;
    std::string name;
    while (i < text.size() && std::isalnum(static_cast<unsigned char>(text[i]))) name += text[i++];
    if (name.empty()) return "bare <" + near(start);
    bool self_closed = false;
    std::vector<std::string> attributes;
    while (i < text.size() && text[i] != '>') {
      if (text[i] == '/') {
        self_closed = true;
        ++i;
        continue;
      }
      if (text[i] == ' ') {
        ++i;
        continue;
      }
      std::string attribute;
      while (i < text.size() && (std::isalnum(static_cast<unsigned char>(text[i])) || text[i] == '-'))
        attribute += text[i++];
      if (attribute.empty()) return "strange attribute" + near(start);
      for (const auto& other : attributes)
        if (other == attribute) return "attribute twice" + near(start);
      attributes.push_back(attribute);
      if (text.substr(i, 2) != "=\"") return "attribute without quotes" + near(start);
      const std::size_t end = text.find('"', i + 2);
      if (end == text.npos) return "attribute not closed" + near(start);
      if (text.substr(i, end - i).find('<') != text.npos) return "< in an attribute" + near(start);
      i = end + 1;
    }
    if (i == text.size()) return "tag not closed" + near(start);
    ++i;
    if (closing) {
      if (open.empty() || open.back() != name) return "</" + name + "> closes another element" + near(start);
      open.pop_back();
      continue;
    }
    bool is_empty = self_closed;
    for (const auto& other : empty) is_empty |= other == name;
    if (is_empty) continue;
    open.push_back(name);
    if (name == "style") i = text.find("</style>", i);
    if (i == text.npos) return "style not closed" + near(start);
  }
  return open.empty() ? "" : "<" + open.back() + "> not closed";
}

inline std::size_t count(std::string_view text, std::string_view part) {
  std::size_t found = 0;
  for (std::size_t at = text.find(part); at != text.npos; at = text.find(part, at + part.size())) ++found;
  return found;
}
