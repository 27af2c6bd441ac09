#!/usr/bin/env bash
# Fuzzes the readers of files: run.sh MINUTES [target...], of the targets image, csv, record, safetensors, run_json; all of them
# when none is named. Builds them with clang, reads the damaged files that are stored here, then runs two targets at a time for
# MINUTES each (0.5 is 30 s). What it learns stays in build-fuzz/corpus/ for the next run; the input of a finding goes to
# build-fuzz/findings/. Exits with 1 when there is one.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

all=(image csv record safetensors run_json)
if (($# == 0)); then
  sed -n '2,5s/^# //p' "tests/fuzz/run.sh" >&2
  exit 2
fi
seconds=$(awk -v minutes="$1" 'BEGIN { if (minutes !~ /^[0-9]*[.]?[0-9]+$/) exit 1; printf "%d", minutes * 60 + 0.5 }') ||
  { echo "run.sh: '$1' is no number of minutes" >&2; exit 2; }
shift
targets=("$@")
((${#targets[@]})) || targets=("${all[@]}")
for target in "${targets[@]}"; do
  [[ " ${all[*]} " == *" $target "* ]] || { echo "run.sh: no target '$target'; there are: ${all[*]}" >&2; exit 2; }
done

build=build-fuzz
cmake -S . -B $build -G Ninja -DCMAKE_CXX_COMPILER=clang++ -DCMAKE_BUILD_TYPE=None -DUNET_BUILD_FUZZERS=ON \
  -DUNET_BUILD_EXAMPLES=OFF -DUNET_BUILD_TESTS=OFF -DUNET_NATIVE=OFF -DUNET_WERROR=ON >/dev/null
cmake --build $build --parallel "${UNET_FUZZ_JOBS:-$(nproc)}" --target "${targets[@]/%/_fuzz}"
mkdir -p $build/corpus $build/findings $build/logs
rm -rf $build/seeds
python3 tests/fuzz/make_seeds.py $build/seeds

# Inputs are files: in memory where that is possible.
TMPDIR=$(mktemp -d -p "$([[ -w /dev/shm ]] && echo /dev/shm || echo "$PWD/$build")")
export TMPDIR OMP_NUM_THREADS=1
running=()
finish() {
  ((${#running[@]} == 0)) || kill "${running[@]}" 2>/dev/null || true
  rm -rf "$TMPDIR"
}
trap finish EXIT
trap 'exit 143' INT TERM

# run_target NAME ARGUMENT...: one input may take 5 s and 1 GB.
run_target() {
  local name=$1
  shift
  "$build/tests/fuzz/${name}_fuzz" -timeout=5 -rss_limit_mb=1024 -artifact_prefix="$build/findings/$name-" "$@"
}

# Prints what a target's log says of its finding, and where the input lies.
report() {
  echo "FINDING in $1; its log is $build/logs/$1.log, the input:"
  grep -E "^(FINDING|SUMMARY)|Test unit written to" "$build/logs/$1.log" || tail -n 5 "$build/logs/$1.log"
}

status=0
for target in "${targets[@]}"; do
  mapfile -t files < <(find "tests/fuzz/damaged/$target" "$build/seeds/$target" -type f 2>/dev/null | sort)
  if run_target "$target" "${files[@]}" >"$build/logs/$target.log" 2>&1; then
    echo "$target: ${#files[@]} stored and generated files are read or refused"
  else
    status=1
    grep "^Running: " "$build/logs/$target.log" | tail -n 1 || true
    report "$target"
  fi
done
((status == 0)) || exit 1

# fuzz NAME: with a line of progress each minute.
fuzz() {
  local name=$1 pid begin=$SECONDS
  mkdir -p "$build/corpus/$name"
  local seeds=("$build/seeds/$name")
  [[ ! -d tests/fuzz/damaged/$name ]] || seeds+=("tests/fuzz/damaged/$name")
  local most=4096
  [[ $name != safetensors ]] || most=24576
  run_target "$name" -max_total_time="$seconds" -max_len=$most -print_final_stats=1 "$build/corpus/$name" "${seeds[@]}" \
    >"$build/logs/$name.log" 2>&1 &
  pid=$!
  trap 'kill $pid 2>/dev/null; exit 143' TERM
  while kill -0 $pid 2>/dev/null; do
    for ((i = 0; i < 60; ++i)); do
      sleep 1
      kill -0 $pid 2>/dev/null || break 2
    done
    echo "$name, $(((SECONDS - begin) / 60)) min: $(grep '^#' "$build/logs/$name.log" | tail -n 1 | tr '\t' ' ')"
  done
  wait $pid
}

# Two at a time; the next one starts when one of them ends.
declare -A name_of
for target in "${targets[@]}" ""; do
  while ((${#running[@]} >= 2)) || [[ -z $target && ${#running[@]} -gt 0 ]]; do
    ended=
    result=0
    wait -n -p ended "${running[@]}" || result=$?
    name=${name_of[$ended]}
    for i in "${!running[@]}"; do [[ ${running[$i]} != "$ended" ]] || unset "running[$i]"; done
    running=("${running[@]}")
    if ((result)); then
      status=1
      report "$name"
    else
      echo "$name: no finding in $(awk '/number_of_executed_units/ { print $2 }' "$build/logs/$name.log") executions," \
        "$(find "$build/corpus/$name" -type f | wc -l) inputs kept"
    fi
  done
  [[ -n $target ]] || break
  echo "$target: $seconds s"
  fuzz "$target" &
  running+=($!)
  name_of[$!]=$target
done
exit $status
