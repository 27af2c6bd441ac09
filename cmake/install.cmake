# `cmake --install` and the package that find_package(unet) reads.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

set(unet_package_dir ${CMAKE_INSTALL_DATADIR}/cmake/unet)

target_include_directories(unet INTERFACE $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
install(DIRECTORY include/unet DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(TARGETS unet EXPORT unet-targets)
install(EXPORT unet-targets NAMESPACE unet:: DESTINATION ${unet_package_dir})

configure_package_config_file(cmake/unet-config.cmake.in ${PROJECT_BINARY_DIR}/unet-config.cmake
                              INSTALL_DESTINATION ${unet_package_dir})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/unet-config-version.cmake COMPATIBILITY SameMinorVersion
                                 ARCH_INDEPENDENT)
install(FILES ${PROJECT_BINARY_DIR}/unet-config.cmake ${PROJECT_BINARY_DIR}/unet-config-version.cmake
              cmake/unet-dependencies.cmake cmake/unet-cuda.cmake DESTINATION ${unet_package_dir})
