// Sections on a terminal.
#pragma once
#include <string>

#include "support/page/section.hpp"

namespace app {

/// The table for a terminal, columns aligned. Counts characters of UTF-8, not bytes.
std::string plain_text(const Table& table);

void print(const Table& table);

void print(const Finding& finding);

/// What a terminal shows of a section: all but pictures.
void print(const Section& section);

}  // namespace app
