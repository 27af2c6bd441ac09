# The ```cpp examples of docs/modules/*.md and of the README, taken out of the pages, compiled and run as docs/examples_test.
# An example may have includes anywhere, and `int main()` or only what stands in it. `assert` is checked.

set(docs_folder ${CMAKE_CURRENT_BINARY_DIR}/docs)

# Appends the examples of a page to `includes` and `cases`. With ONLY_MAIN those alone that have a main().
function(docs_examples page)
  cmake_parse_arguments(arg "ONLY_MAIN" "" "" ${ARGN})
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/${page})
  file(READ ${PROJECT_SOURCE_DIR}/${page} rest)
  string(REGEX REPLACE "[^A-Za-z0-9]" "_" name ${page})
  set(run run)
  if(arg_ONLY_MAIN)
    set(run run_with_model)
  endif()
  set(line 1)
  set(count 0)
  while(TRUE)
    string(FIND "${rest}" "```cpp\n" begin)
    if(begin EQUAL -1)
      break()
    endif()
    string(SUBSTRING "${rest}" 0 ${begin} before)
    math(EXPR begin "${begin} + 7")
    string(SUBSTRING "${rest}" ${begin} -1 rest)
    string(FIND "${rest}" "```" end)
    if(end EQUAL -1)
      message(FATAL_ERROR "${page}: an example is opened and never closed")
    endif()
    string(SUBSTRING "${rest}" 0 ${end} code)
    string(SUBSTRING "${rest}" ${end} -1 rest)
    string(REGEX REPLACE "[^\n]" "" before "${before}")
    string(REGEX REPLACE "[^\n]" "" code_lines "${code}")
    string(LENGTH "${before}" before)
    string(LENGTH "${code_lines}" code_lines)
    math(EXPR line "${line} + ${before} + 1")
    set(where "#line ${line} \"${PROJECT_SOURCE_DIR}/${page}\"\n")
    math(EXPR line "${line} + ${code_lines}")

    string(FIND "${code}" "int main()" main)
    if(arg_ONLY_MAIN AND main EQUAL -1)
      continue()
    endif()
    math(EXPR count "${count} + 1")
    set(id ${name}_${count})
    string(REGEX MATCHALL "#include [^\n]*" found "${code}")
    list(APPEND includes ${found})
    string(REGEX REPLACE "#include [^\n]*" "" code "${code}")
    if(main EQUAL -1)
      string(APPEND cases "void ${id}() {\n${where}${code}}\n")
    else()
      string(REPLACE "int main()" "void main_of_page()" code "${code}")
      string(APPEND cases "namespace ${id}_scope {\n${where}${code}}\nvoid ${id}() { ${id}_scope::main_of_page(); }\n")
    endif()
    string(APPEND cases "TEST_CASE(\"${page}, example ${count}\") { ${run}(${id}); }\n\n")
  endwhile()
  if(count EQUAL 0)
    message(FATAL_ERROR "${page} has no example; each page shows one in ```cpp")
  endif()
  set(includes "${includes}" PARENT_SCOPE)
  set(cases "${cases}" PARENT_SCOPE)
endfunction()

set(includes "")
set(cases "")
docs_examples(README.md ONLY_MAIN)
file(GLOB pages CONFIGURE_DEPENDS RELATIVE ${PROJECT_SOURCE_DIR} ${PROJECT_SOURCE_DIR}/docs/modules/*.md)
foreach(page IN LISTS pages)
  docs_examples(${page})
endforeach()
list(REMOVE_DUPLICATES includes)
list(JOIN includes "\n" includes)
file(CONFIGURE OUTPUT ${docs_folder}/examples.inc @ONLY CONTENT [[
@includes@

namespace docs {

@cases@
}  // namespace docs
]])

# Its test cases stand in what is made from the pages, so they are not asked for by source file.
add_executable(tests.docs docs/examples_test.cpp)
target_link_libraries(tests.docs PRIVATE unet_test_main unet_test_backends unet::unet unet_own_options unet_kernel_options)
add_test(NAME docs/examples_test COMMAND tests.docs)
set_tests_properties(docs/examples_test PROPERTIES LABELS fast TIMEOUT 300 ENVIRONMENT OMP_WAIT_POLICY=passive)
target_include_directories(tests.docs PRIVATE ${docs_folder})
# Examples name things only to show them; their assertions are what this test checks.
target_compile_options(tests.docs PRIVATE -UNDEBUG -Wno-unused-variable -Wno-unused-but-set-variable)
