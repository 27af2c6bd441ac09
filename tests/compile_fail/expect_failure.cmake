# Compiles ${file} with the flags in the file ${flags}; succeeds when that fails and the output matches the file's expectation.
file(STRINGS ${file} expectation REGEX "^// expect: ")
string(REGEX REPLACE "^// expect: " "" expectation "${expectation}")
if(expectation STREQUAL "")
  message(FATAL_ERROR "No line '// expect: <regular expression>' in\n  ${file}")
endif()

execute_process(COMMAND ${compiler} @${flags} ${no_carets} -fdiagnostics-color=never -fsyntax-only ${file}
                RESULT_VARIABLE result ERROR_VARIABLE output OUTPUT_VARIABLE output)
if(result EQUAL 0)
  message(FATAL_ERROR "This compiled, but must not:\n  ${file}")
endif()
if(NOT output MATCHES "${expectation}")
  message(FATAL_ERROR "Failed to compile for another reason than expected:\n  ${file}\n"
                      "  expected: ${expectation}\n  compiler: ${output}")
endif()
message(STATUS "refused as expected: ${CMAKE_MATCH_0}")
