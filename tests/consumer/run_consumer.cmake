# Configures, builds and runs the project in ${consumer} in the folder ${work}; arguments: see CMakeLists.txt beside this.
# A library that is to be found as a package is first installed to a prefix in ${work}.
function(run)
  execute_process(COMMAND ${ARGV} COMMAND_ECHO STDOUT RESULT_VARIABLE result)
  if(NOT result EQUAL 0)
    message(FATAL_ERROR "failed: ${ARGV}")
  endif()
endfunction()

file(REMOVE_RECURSE ${work})
run(${CMAKE_COMMAND} --install ${unet_build} --prefix ${work}/prefix)
run(${CMAKE_COMMAND} -S ${consumer} -B ${work}/build -G ${generator} -D CMAKE_CXX_COMPILER=${compiler}
    -D CMAKE_BUILD_TYPE=Debug -D CMAKE_PREFIX_PATH=${work}/prefix -D UNET_STB_INCLUDE_DIR=${stb}
    -D unet_source=${unet_source} --no-warn-unused-cli)
run(${CMAKE_COMMAND} --build ${work}/build)
run(${work}/build/consumer)
