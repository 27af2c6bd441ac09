#!/usr/bin/env bash
# From a fresh clone to a trained network or a tested build, in one command. See `cmake/quickstart.sh --help`.
set -euo pipefail

# Threads that wait sleep: where others use the machine too, threads that spin would wait for each other most of the time.
export OMP_WAIT_POLICY=${OMP_WAIT_POLICY:-passive}

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
build=$root/build
packages=(cmake g++ ninja-build libeigen3-dev libstb-dev doctest-dev libcli11-dev nlohmann-json3-dev)

usage() {
  cat <<EOF
usage: cmake/quickstart.sh train [OPTION...]   train a small network on synthetic chest images (under 2 minutes)
       cmake/quickstart.sh study [OPTION...]   train one, and explain it in a report (under 5 minutes)
       cmake/quickstart.sh test [OPTION...]    build and run all tests
       cmake/quickstart.sh bench [OPTION...]   measure beside PyTorch, ONNX Runtime and OpenVINO (about 10 minutes)

Installs what is missing from Debian's packages (as root or with sudo) and builds Release in build/.
Options of train and study go to the program (--epochs 20, --data FOLDER, ...: see train --help and study --help), those of
test to ctest (-R NAME), those of bench to bench/peers/compare.py (--full for larger images, --only train). study --model RUN
explains a run that is there already, and trains nothing. bench puts the others into build/bench-venv first (6 GB from PyPI).
Environment: UNET_CMAKE_OPTIONS, further options for cmake; CMAKE_BUILD_PARALLEL_LEVEL, number of compilers at a time.
EOF
}

say() { printf '\n== %s\n' "$*"; }
fail() {
  printf '\nquickstart: %s\n' "$*" >&2
  exit 1
}

# ---- packages ------------------------------------------------------------------------------------------------------------

missing_packages() {
  local installed package
  installed=$(dpkg-query --show --showformat='${db:Status-Status} ${Package}\n' "${packages[@]}" 2>/dev/null || true)
  for package in "${packages[@]}"; do
    grep -qx "installed $package" <<<"$installed" || echo "$package"
  done
}

install_packages() {
  if [[ ! -e /etc/debian_version ]] || ! command -v dpkg-query apt-get >/dev/null; then
    say "This is not a Debian system, so nothing is installed."
    echo "Needed: CMake 3.25, a C++20 compiler (gcc 12, clang 14 or newer) with OpenMP, Eigen 3.4, stb, nlohmann/json 3.11,"
    echo "CLI11 2.1, doctest 2.4."
    local tool
    for tool in cmake c++; do
      command -v $tool >/dev/null || fail "$tool not found. Install the above with your system's package manager."
    done
    return
  fi

  local missing
  mapfile -t missing < <(missing_packages)
  ((${#missing[@]})) || return 0

  local as_root=()
  if ((EUID != 0)); then
    command -v sudo >/dev/null || fail "these packages are missing, and there is neither root nor sudo to install them.
Ask an administrator to run:  apt-get install ${missing[*]}"
    as_root=(sudo)
  fi
  say "Installing ${missing[*]}"
  local apt=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq -o Dpkg::Use-Pty=0)
  if ! { "${apt[@]}" update && "${apt[@]}" install --yes --no-install-recommends "${missing[@]}"; }; then
    fail "apt-get failed, see above. Install by hand, then run this again:  apt-get install ${missing[*]}"
  fi
}

# ---- build ---------------------------------------------------------------------------------------------------------------

# One compiler for each core, as far as there are 1.5 GB of memory for each.
jobs() {
  local cores memory_kb
  cores=$(nproc 2>/dev/null || echo 1)
  memory_kb=$(awk '/^MemAvailable:/ { print $2 }' /proc/meminfo 2>/dev/null || true)
  local limit=$((${memory_kb:-1500000} / 1500000))
  ((limit >= 1)) || limit=1
  echo $((cores < limit ? cores : limit))
}

# build_targets TARGET...
build_targets() {
  local generator=()
  if [[ ! -e $build/CMakeCache.txt ]] && command -v ninja >/dev/null; then generator=(-G Ninja); fi
  local cuda=()
  if command -v nvcc >/dev/null && nvidia-smi -L >/dev/null 2>&1; then cuda=(-DUNET_CUDA=ON -DCMAKE_CUDA_ARCHITECTURES=native); fi
  say "Building $* in $build"
  # shellcheck disable=SC2086  # several options in one variable
  cmake -S "$root" -B "$build" "${generator[@]}" -DCMAKE_BUILD_TYPE=Release "${cuda[@]}" ${UNET_CMAKE_OPTIONS:-} >/dev/null ||
    fail "cmake can not configure $build, see above. If the folder is from another machine or place, delete it first."
  cmake --build "$build" --target "$@" --parallel "${CMAKE_BUILD_PARALLEL_LEVEL:-$(jobs)}" ||
    fail "the build failed, see above. If the compiler was killed, memory ran out: set CMAKE_BUILD_PARALLEL_LEVEL=1."
}

# ---- commands ------------------------------------------------------------------------------------------------------------

# given OPTION ARGUMENT...: is the option among the arguments?
given() {
  local option=$1 argument
  shift
  for argument; do
    [[ $argument == "$option" || $argument == "$option="* ]] && return 0
  done
  return 1
}

# new_folder NAME: a folder in runs/ that is not there yet.
new_folder() {
  local folder=$root/runs/$1 number=2
  [[ $PWD == "$root" ]] && folder=runs/$1
  local candidate=$folder
  while [[ -e $candidate ]]; do candidate=$folder-$((number++)); done
  echo "$candidate"
}

train() {
  install_packages
  build_targets train
  local options=()
  if ! given --resume "$@" && ! given --help "$@" && ! given -h "$@"; then
    # Small enough for two minutes on two cores; what the user gives comes instead.
    if ! given --data "$@"; then
      options+=(--data phantom)
      given --count "$@" || options+=(--count 200)
    fi
    given --size "$@" || options+=(--size 128)
    given --net "$@" || options+=(--net small)
    given --epochs "$@" || options+=(--epochs 10)
    given --out "$@" || options+=(--out "$(new_folder quickstart)")
  fi
  say "train ${options[*]} $*"
  # In place of this shell, so that Ctrl-C and SIGTERM reach the program, and its exit status the caller.
  exec "$build/examples/train" "${options[@]}" "$@"
}

study() {
  install_packages
  if given --help "$@" || given -h "$@"; then
    build_targets study
    exec "$build/examples/study" --help
  fi
  local options=() model
  given --out "$@" || options+=(--out "$(new_folder study)")
  if given --model "$@"; then
    build_targets study
  elif given --data "$@"; then
    fail "study --data needs --model RUN: train on these images first, with  cmake/quickstart.sh train --data FOLDER"
  else
    build_targets train study
    model=$(new_folder quickstart)
    local training=(--data phantom --count 200 --size 128 --net small --epochs 8 --out "$model")
    say "train ${training[*]}"
    "$build/examples/train" "${training[@]}" || exit
    options+=(--model "$model" --quick)
  fi
  say "study ${options[*]} $*"
  exec "$build/examples/study" "${options[@]}" "$@"
}

run_tests() {
  install_packages
  build_targets all
  say "Running the tests"
  ctest --test-dir "$build" --output-on-failure --parallel "$(jobs)" "$@" ||
    fail "tests failed, see above. One alone:  ctest --test-dir $build -R NAME --output-on-failure"
}

bench() {
  packages+=(python3-venv)
  install_packages
  UNET_CMAKE_OPTIONS="${UNET_CMAKE_OPTIONS:-} -DUNET_BUILD_BENCH=ON"
  build_targets network
  local dlib=()  # takes part where libdlib-dev is installed
  if [[ -e /usr/include/dlib/revision.h ]]; then
    build_targets dlib_bench
    dlib=(--dlib "$build/bench/dlib")
  fi
  local venv=$build/bench-venv
  if [[ ! -e $venv/complete ]]; then
    say "Installing the others into $venv"
    { python3 -m venv "$venv" && "$venv/bin/pip" install --quiet torch onnx onnxscript onnxruntime openvino numpy; } ||
      fail "the others can not be installed, see above. Ours alone:  $build/bench/network train 256"
    touch "$venv/complete"
  fi
  say "Measuring; nothing else should run meanwhile"
  # As users run ours: threads that spin between two operations are the faster choice where nothing else runs.
  unset OMP_WAIT_POLICY
  exec python3 "$root/bench/peers/compare.py" --network "$build/bench/network" --python "$venv/bin/python" \
    --threads "$(nproc)" --out "$build/bench-results" "${dlib[@]}" "$@"
}

command=${1:-}
(($#)) && shift
case $command in
  train) train "$@" ;;
  study) study "$@" ;;
  test) run_tests "$@" ;;
  bench) bench "$@" ;;
  -h | --help | help) usage ;;
  *)
    usage >&2
    exit 2
    ;;
esac
