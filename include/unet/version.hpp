// Version of the library. CMakeLists.txt reads it from here.
#pragma once

namespace unet {

inline constexpr int version_major = 0;
inline constexpr int version_minor = 2;
inline constexpr int version_patch = 0;

/// "major.minor.patch", as written into files that the library saves.
inline constexpr const char* version = "0.2.0";

}  // namespace unet
