// Pictures inside a page: a page is one file that can be sent to others.
#pragma once
#include <string>

#include "support/picture/picture.hpp"

namespace app {

/// A picture as the value of an HTML or SVG attribute: "data:image/...;base64,...". It is a PNG, or a JPEG (quality 85 unless said
/// otherwise) where that takes less than half of the bytes: photographs, not drawings.
std::string picture_url(const Picture& picture, int jpeg_quality = 85);

}  // namespace app
