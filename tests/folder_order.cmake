# Holds the order of the folders under include/unet: a header includes its own folder and those before it, never one after it.
# Run as  cmake -D include_dir=<folder that holds unet/> -P folder_order.cmake

# A folder that is not named here belongs to the one that it lies in. `version` and the like are files of include/unet.
set(order
    version
    core
    imaging
    stats
    io
    interop
    backends
    backends/eigen
    backends/cpu
    backends/cuda
    layers
    graph
    cluster
    models
    data
    train
    explain
    chest
    testing)

# Where Eigen's own headers may be included: what brings its types along for users, computes with them, or needs a
# decomposition.
set(eigen_folders interop backends/eigen cluster explain/feature_maps)

# unet/unet.hpp includes what a user of the library needs, from any folder.
set(umbrella unet.hpp)

# Sets `result` to the longest entry of the order that the header lies in, or to nothing.
function(folder_of header result)
  set(found "")
  string(LENGTH "${found}" longest)
  foreach(folder IN LISTS order)
    string(LENGTH ${folder} length)
    if(header MATCHES "^${folder}(/|\\.hpp$)" AND length GREATER longest)
      set(found ${folder})
      set(longest ${length})
    endif()
  endforeach()
  set(${result} "${found}" PARENT_SCOPE)
endfunction()

file(GLOB_RECURSE headers RELATIVE ${include_dir}/unet ${include_dir}/unet/*.hpp)
list(REMOVE_ITEM headers ${umbrella})
if(NOT headers)
  message(FATAL_ERROR "${include_dir}/unet has no headers; give the folder that holds unet/ as include_dir")
endif()

set(errors "")
foreach(header IN LISTS headers)
  folder_of(${header} folder)
  if(folder STREQUAL "")
    string(APPEND errors "  unet/${header}: its folder has no place in the order; give it one in tests/folder_order.cmake\n")
    continue()
  endif()
  list(FIND order ${folder} place)
  file(STRINGS ${include_dir}/unet/${header} lines REGEX "^[ \t]*#[ \t]*include")
  foreach(line IN LISTS lines)
    if(line MATCHES "\"unet/([^\"]+)\"")
      set(included ${CMAKE_MATCH_1})
      folder_of(${included} other)
      list(FIND order "${other}" other_place)
      if(other_place EQUAL -1 OR other_place GREATER place)
        string(APPEND errors "  unet/${header} includes unet/${included}, but '${folder}' comes before '${other}'\n")
      endif()
    elseif(line MATCHES "<(unsupported/)?Eigen/")
      set(allowed FALSE)
      foreach(eigen_folder IN LISTS eigen_folders)
        if(header MATCHES "^${eigen_folder}/")
          set(allowed TRUE)
        endif()
      endforeach()
      if(NOT allowed)
        string(APPEND errors "  unet/${header} includes Eigen, which only these do: ${eigen_folders}\n")
      endif()
    elseif(NOT line MATCHES "include[ \t]*[<\"]")
      string(APPEND errors "  unet/${header}: '${line}' hides what is included; name the header\n")
    elseif(line MATCHES "\"")
      string(APPEND errors "  unet/${header}: '${line}' must be written from unet/ on\n")
    endif()
  endforeach()
endforeach()

if(errors)
  list(JOIN order ", " order)
  message(FATAL_ERROR "Includes go up:\n${errors}The order is ${order}; see \"Where things are\" in docs/design.md")
endif()
