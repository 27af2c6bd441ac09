#include "support/page/section.hpp"

namespace app {

const char* to_string(Finding::Verdict verdict) {
  using Verdict = Finding::Verdict;
  return verdict == Verdict::supported        ? "supported"
         : verdict == Verdict::unclear        ? "unclear"
         : verdict == Verdict::not_supported  ? "not supported"
         : verdict == Verdict::not_comparable ? "not comparable"
                                              : "note";
}

}  // namespace app
