// Text and bytes made safe for SVG and HTML.
#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace app {

/// Text as it has to stand between tags or inside a quoted attribute, in XML as in HTML. What XML can not hold (control
/// characters, bytes that are not UTF-8) becomes U+FFFD.
std::string escape(std::string_view text);

/// Bytes in base64 (RFC 4648), for data URIs.
std::string base64(std::span<const std::uint8_t> bytes);

}  // namespace app
