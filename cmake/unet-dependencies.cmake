# What the headers need. Included by the project's own build and by the installed package, so that both find the same.
# Debian and Ubuntu: libeigen3-dev nlohmann-json3-dev libstb-dev, and libomp-dev for clang.

foreach(dependency IN ITEMS Eigen3::Eigen OpenMP::OpenMP_CXX Threads::Threads nlohmann_json::nlohmann_json)
  if(NOT TARGET ${dependency})
    string(REGEX REPLACE "::.*" "" package ${dependency})
    if(COMMAND find_dependency)
      find_dependency(${package})
    else()
      find_package(${package} REQUIRED)
    endif()
  endif()
endforeach()

# Distributions put stb's headers into include/stb, vcpkg into include.
find_path(UNET_STB_INCLUDE_DIR stb_image.h PATH_SUFFIXES stb DOC "Folder that holds stb_image.h")
if(NOT UNET_STB_INCLUDE_DIR)
  message(FATAL_ERROR "unet: stb_image.h not found. Install libstb-dev or set UNET_STB_INCLUDE_DIR to its folder.")
endif()
mark_as_advanced(UNET_STB_INCLUDE_DIR)
