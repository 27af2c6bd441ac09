# Toolchain: cross-compiles for 64-bit Arm on Debian (g++-aarch64-linux-gnu) and runs what it makes in an emulator (qemu-user).
#   cmake -S . -B build-aarch64 --toolchain cmake/aarch64.cmake -DUNET_NATIVE=OFF -DUNET_BUILD_EXAMPLES=OFF
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR aarch64)
set(CMAKE_CXX_COMPILER aarch64-linux-gnu-g++)
set(CMAKE_CROSSCOMPILING_EMULATOR qemu-aarch64 -L /usr/aarch64-linux-gnu)
