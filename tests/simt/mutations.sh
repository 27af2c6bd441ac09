#!/bin/bash
# Plants mistakes in copies of the tensor-core kernels, one at a time (tests/simt/mutations.txt): the tests must notice each.
# usage: tests/simt/mutations.sh [regular expression of names]    environment: CXX, CXXFLAGS
cd "$(dirname "$0")/../.." && root=$PWD && work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT
compile() {  # source, object, include folder of the library
  nice "${CXX:-g++}" -std=c++20 -O1 -Wno-unknown-pragmas $CXXFLAGS -I"$3" -Iexamples -Itests/simt/include -Itests/cuda/emulated -I"$work" -isystem /usr/include/eigen3 \
    -c "$1" -o "$2"
}
# Kernels are compiled with each test.
echo '#include "unet/backends/cuda/cuda.hpp"' > "$work/backends.hpp"
compile tests/compiled_backends.cpp "$work/backends.o" include && compile tests/main.cpp "$work/main.o" include || exit 1
missed=0 planted=0
fail() { echo "$*"; missed=$((missed + 1)); }
while IFS= read -r line; do
  [[ $line == \#* || -z $line ]] && continue
  name=${line%% | *} line=${line#* | } file=${line%% | *} line=${line#* | } cases=${line##* | } line=${line% | *}
  test=${line##* | } mistake=${line% | *}
  [[ $name =~ ${1:-.} ]] || continue
  rm -rf "$work/include" && cp -r include "$work/include"
  target=$work/include/unet/backends/cuda/$file
  sed -i -E "$mistake" "$target"
  if cmp -s "$target" "include/unet/backends/cuda/$file"; then fail "NOT PLANTED: $name"; continue; fi
  planted=$((planted + 1))
  if ! compile "tests/cuda/$test.cpp" "$work/test.o" "$work/include" 2> "$work/errors"; then
    fail "DOES NOT COMPILE: $name: $(grep -m1 error "$work/errors")"
    continue
  fi
  "${CXX:-g++}" $CXXFLAGS "$work"/{test,backends,main}.o -o "$work/test" || exit 1
  if nice timeout 600 "$work/test" --abort-after=1 -tc="$cases" > "$work/output" 2>&1; then
    fail "MISSED: $name"
  else
    echo "caught: $name: $(grep -m1 -A1 -E 'ERROR:|exception|values are wrong|other bits' "$work/output" | tr -s ' \n' ' ' | cut -c1-150)"
  fi
done < tests/simt/mutations.txt
echo "$planted planted, $missed not caught"
[ $missed = 0 ]
