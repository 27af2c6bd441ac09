# Tests that run the compiler itself: each header alone, programs that must not compile, time and memory of a compilation.

# A library that is never built: it holds the flags that a user's translation unit is compiled with.
add_library(unet_user_flags OBJECT EXCLUDE_FROM_ALL main.cpp)
target_link_libraries(unet_user_flags PRIVATE unet::unet)
set(folders "$<TARGET_PROPERTY:unet_user_flags,INCLUDE_DIRECTORIES>")
list(JOIN CMAKE_CXX_IMPLICIT_INCLUDE_DIRECTORIES "|" implicit)
string(REGEX REPLACE "[^A-Za-z0-9/|_-]" "." not_foreign "${PROJECT_SOURCE_DIR}/include|${implicit}")
set(foreign "$<FILTER:${folders},EXCLUDE,^(${not_foreign})$>")
set(user_flags ${CMAKE_CURRENT_BINARY_DIR}/user_flags.CXX.txt)
file(
  GENERATE
  OUTPUT ${CMAKE_CURRENT_BINARY_DIR}/user_flags.$<COMPILE_LANGUAGE>.txt
  CONTENT "-std=c++20
-Wall
-Wextra
-Wpedantic
-I${PROJECT_SOURCE_DIR}/include
$<$<BOOL:${foreign}>:-isystem$<JOIN:${foreign},\n-isystem>>
$<JOIN:$<TARGET_PROPERTY:unet_user_flags,COMPILE_OPTIONS>,\n>
")

# ---- each public header compiles alone, without a warning ---------------------------------------------------------------

# What a test or another header includes before anything else is compiled alone there. With clang, all of them in one file:
# whether a header includes what it needs does not depend on the compiler.
file(GLOB_RECURSE headers CONFIGURE_DEPENDS RELATIVE ${PROJECT_SOURCE_DIR}/include ${PROJECT_SOURCE_DIR}/include/unet/*.hpp)
# CUDA's are compiled against the emulator of tests/simt, which only x86-64 has; PTX is for nvcc alone.
list(REMOVE_ITEM headers unet/backends/cuda/device/ptx.hpp)
set(cuda_flags -Wno-unknown-pragmas -isystem ${CMAKE_CURRENT_SOURCE_DIR}/simt/include)
if(NOT CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
  list(FILTER headers EXCLUDE REGEX "^unet/backends/cuda/")
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL GNU)
  set(checked ${headers})
  file(GLOB including CONFIGURE_DEPENDS */*_test.cpp)
  foreach(header IN LISTS headers)
    list(APPEND including ${PROJECT_SOURCE_DIR}/include/${header})
  endforeach()
  foreach(file IN LISTS including)
    file(STRINGS ${file} first LIMIT_COUNT 1 REGEX "^#include")
    if(first MATCHES "\"(unet/.*)\"")
      list(REMOVE_ITEM checked ${CMAKE_MATCH_1})
    endif()
  endforeach()
else()
  set(checked unet/all_headers.hpp)
  list(TRANSFORM headers REPLACE "(.+)" "#include \"\\1\"")
  list(JOIN headers "\n" all_headers)
  file(CONFIGURE OUTPUT ${CMAKE_CURRENT_BINARY_DIR}/headers/unet/all_headers.hpp CONTENT "#pragma once\n@all_headers@\n" @ONLY)
endif()
foreach(header IN LISTS checked)
  set(source ${CMAKE_CURRENT_BINARY_DIR}/headers/${header}.cpp)
  file(CONFIGURE OUTPUT ${source} CONTENT "#include \"@header@\"\n#include \"@header@\"\n" @ONLY)
  set(more_flags "")
  if(header MATCHES "/cuda/|all_headers")
    set(more_flags ${cuda_flags})
  endif()
  add_test(NAME header/${header} COMMAND ${CMAKE_CXX_COMPILER} @${user_flags} -I${CMAKE_CURRENT_BINARY_DIR}/headers -Werror
                                         ${more_flags} -fsyntax-only ${source})
  set_tests_properties(header/${header} PROPERTIES LABELS header TIMEOUT 120)
endforeach()

# A user's own program may be compiled with this warning, which is about names alone and so costs nothing to avoid.
set(source ${CMAKE_CURRENT_BINARY_DIR}/headers/shadow.cpp)
file(CONFIGURE OUTPUT ${source} CONTENT "#include \"unet/unet.hpp\"\n#include \"unet/data/data.hpp\"\n" @ONLY)
add_test(NAME header/shadow COMMAND ${CMAKE_CXX_COMPILER} @${user_flags} -Wshadow -Werror -fsyntax-only ${source})
set_tests_properties(header/shadow PROPERTIES LABELS header TIMEOUT 120)

# ---- wrong programs are refused with a message that helps --------------------------------------------------------------

# Without carets the compiler prints no source lines, so only what it says itself can match.
if(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
  set(no_carets -fno-caret-diagnostics)
else()
  set(no_carets -fno-diagnostics-show-caret)
endif()

# compile_fail_test(<name> <file>): passes when <file> does not compile and the compiler's output matches the regular
# expression in the file's line `// expect: <regex>`.
function(compile_fail_test name file)
  add_test(NAME ${name} COMMAND ${CMAKE_COMMAND} -D compiler=${CMAKE_CXX_COMPILER} -D flags=${user_flags} -D no_carets=${no_carets}
                                -D file=${file} -P ${CMAKE_CURRENT_SOURCE_DIR}/compile_fail/expect_failure.cmake)
  set_tests_properties(${name} PROPERTIES LABELS compile TIMEOUT 120)
endfunction()

file(GLOB cases CONFIGURE_DEPENDS compile_fail/*.cpp)
foreach(case IN LISTS cases)
  cmake_path(GET case STEM name)
  compile_fail_test(compile_fail/${name} ${case})
endforeach()

# The check itself must notice a program that compiles, another error than the expected one, and a missing expectation.
foreach(name IN ITEMS compiles other_message no_expectation)
  compile_fail_test(compile_fail/self_test/${name} ${CMAKE_CURRENT_SOURCE_DIR}/compile_fail/self_test/${name}.cpp)
endforeach()
set_tests_properties(compile_fail/self_test/compiles PROPERTIES PASS_REGULAR_EXPRESSION "This compiled, but must not")
set_tests_properties(compile_fail/self_test/other_message PROPERTIES PASS_REGULAR_EXPRESSION "for another reason than expected")
set_tests_properties(compile_fail/self_test/no_expectation PROPERTIES PASS_REGULAR_EXPRESSION "No line '// expect: ")

# ---- compile time and memory --------------------------------------------------------------------------------------------

add_executable(measure_command compile_budget/measure_command.cpp)
target_link_libraries(measure_command PRIVATE unet_own_options)
target_compile_features(measure_command PRIVATE cxx_std_20)

# compile_budget_test(<name> <file> <times> <megabytes>): compiles <file> at -O2 as a user would, without a warning, within a
# number of megabytes and so many times the processor time that compile_budget/reference.cpp takes.
file(MAKE_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR}/compile_budget)
function(compile_budget_test name file times megabytes)
  set(compile ${CMAKE_CXX_COMPILER} @${user_flags} -O2 -Werror -c)
  add_test(NAME ${name} COMMAND measure_command ${times} ${megabytes}
                                --times ${compile} ${CMAKE_CURRENT_SOURCE_DIR}/compile_budget/reference.cpp
                                        -o ${CMAKE_CURRENT_BINARY_DIR}/${name}.reference.o --
                                ${compile} ${PROJECT_SOURCE_DIR}/${file} -o ${CMAKE_CURRENT_BINARY_DIR}/${name}.o)
  set_tests_properties(${name} PROPERTIES LABELS compile TIMEOUT 300)
endfunction()

# The goals are 8 s and 500 MB for the study's net, 9 s and 600 MB for the examples, on a quiet machine. Measured on AMD Zen 3: 3.8, 2.1
# and 3.6 times the reference, whose 10 s there a faster machine does not need; these limits leave half as much again.
if(NOT UNET_SANITIZE)
  compile_budget_test(compile_budget/paper_net tests/compile_budget/paper_net.cpp 6 1000)
  compile_budget_test(compile_budget/hello_unet examples/hello_unet.cpp 3.5 900)
  compile_budget_test(compile_budget/own_data examples/own_data.cpp 5.5 900)
endif()

# The measurement itself must notice both limits and a command that fails.
function(measurement_self_test name expected)
  add_test(NAME compile_budget/self_test/${name} COMMAND measure_command ${ARGN})
  set_tests_properties(compile_budget/self_test/${name} PROPERTIES LABELS compile TIMEOUT 60 PASS_REGULAR_EXPRESSION
                                                                                     ${expected})
endfunction()
measurement_self_test(time "over the limit" 0 1000 ${CMAKE_COMMAND} --version)
measurement_self_test(memory "over the limit" 1000 1 ${CMAKE_COMMAND} --version)
measurement_self_test(failure "failed" 1000 1000 ${CMAKE_COMMAND} --no-such-option)
measurement_self_test(times "over the limit" 0.01 1000 --times ${CMAKE_COMMAND} --version -- ${CMAKE_COMMAND} --version)
measurement_self_test(within_times "s of [0-9.e+]+, [0-9.]+ MB of 1000.$" 1000 1000 --times ${CMAKE_COMMAND} --version -- ${CMAKE_COMMAND} --version)
measurement_self_test(reference_failure "failed" 1000 1000 --times ${CMAKE_COMMAND} --no-such-option -- ${CMAKE_COMMAND} --version)
measurement_self_test(no_command "usage: " 1000 1000 --times ${CMAKE_COMMAND} --version)
