// Nothing: where clang compiles the header that its tests begin with, see CMakeLists.txt.
