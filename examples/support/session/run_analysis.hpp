// What the programs of single analyses do around them.
#pragma once
#include <cstdio>
#include <string>
#include <vector>

#include "support/page/section_text.hpp"
#include "support/session/result_folder.hpp"
#include "support/session/session.hpp"

namespace app {

/// Asks for the right to write `files`, loads model and data, lets check(Choices) refuse options before images are decoded, prints the section that analyse(session, folder) makes of them, and
/// says where its files are. The exit code; throws what these throw.
template <class Check, class Analyse>
int run_analysis(const SessionOptions& options, const std::vector<std::string>& files, const Check& check,
                 const Analyse& analyse) {
  const ResultFolder out(options.out, files, options.overwrite);
  Session session(options, check);
  print(analyse(session, out));
  std::fprintf(stderr, "results are in %s\n", out.path().c_str());
  return 0;
}

}  // namespace app
