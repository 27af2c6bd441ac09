#!/usr/bin/env bash
# Builds, tests and measures the CUDA backend on a machine with a GPU, and writes one table:
#
#   bench/gpu.sh [--only PART,...] [--minutes N] [--out FOLDER]
#
# Parts, in this order: build, tests, sanitizer, losses (beside the processor's), operations, network, torch (the same beside PyTorch), data
# (real images at 512 x 512). Needs nvcc, CMake, ninja, python3 with PyTorch, compute-sanitizer for its part, and no network: what else is
# needed it finds in the system or in .gpu/, see bench/gpu_pack.sh. Stops in time for N minutes (9): what was not reached is said. Everything is
# in FOLDER (build-gpu/results): log.txt, results.jsonl (a line for each measurement), results.md. Exits with 1 when something failed.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
root=$PWD

parts=build,tests,sanitizer,losses,operations,network,torch,data
minutes=9 out=build-gpu/results
while (($#)); do
  case $1 in
    --only) parts=${2:?--only needs parts} && shift 2 ;;
    --minutes) minutes=${2:?--minutes needs a number} && shift 2 ;;
    --out) out=${2:?--out needs a folder} && shift 2 ;;
    *) echo "usage: bench/gpu.sh [--only PART,...] [--minutes N] [--out FOLDER]" >&2 && exit 2 ;;
  esac
done
mkdir -p "$out" && out=$(cd "$out" && pwd)
export OMP_WAIT_POLICY=passive PYTHONUNBUFFERED=1
failed=()

left() { echo $((minutes * 60 - SECONDS)); }
say() { printf '\n== %s (at %d s)\n' "$*" "$SECONDS" | tee -a "$out/log.txt"; }

# attempt NAME SECONDS COMMAND...: what it prints goes to the log; whether it succeeded, in the time that it and all have.
attempt() {
  local name=$1 seconds=$2 status=0
  shift 2
  if (($(left) < seconds)); then seconds=$(left); fi
  if ((seconds < 5)); then say "$name: not reached" && failed+=("$name: not reached") && return 1; fi
  say "$name"
  timeout "$seconds" "$@" >"$out/last.txt" 2>&1 || status=$?
  cat "$out/last.txt" >>"$out/log.txt"
  if ((status)); then
    tail -n 20 "$out/last.txt"
    failed+=("$name: exit $status")
  fi
  return $status
}

# measurement NAME SECONDS COMMAND...: the JSON objects that it prints are results.
measurement() {
  attempt "$@" || return
  grep '^{' "$out/last.txt" | tee -a "$out/results.jsonl" | cut -c1-200
}

build() {
  local capability
  capability=$(nvidia-smi --query-gpu=compute_cap --format=csv,noheader | head -1 | tr -d .)
  if [[ $capability == 90 ]]; then capability=90a; fi
  attempt configure 60 cmake -S . -B build-gpu -G Ninja -DCMAKE_BUILD_TYPE=Release -DUNET_CUDA=ON -DUNET_BUILD_BENCH=ON \
    -DCMAKE_CUDA_ARCHITECTURES="$capability" -DCMAKE_PREFIX_PATH="$root/.gpu/usr" -DUNET_STB_INCLUDE_DIR="$(stb)" &&
    attempt build 400 cmake --build build-gpu --target tests.cuda_device network_cuda beside_cpu train
}
stb() { if [[ -d .gpu/usr ]]; then echo "$root/.gpu/usr/include/stb"; else echo /usr/include/stb; fi; }

tests() { attempt tests 120 ctest --test-dir build-gpu -L device --output-on-failure; }

# Those of convolutions on tensor cores, which have barriers, asynchronous copies and shared memory; initcheck knows of none of what another
# kernel has written only in part, so it comes last.
sanitizer() {
  local tool
  for tool in memcheck racecheck synccheck initcheck; do
    attempt "compute-sanitizer $tool" 60 compute-sanitizer --tool $tool --error-exitcode 9 \
      build-gpu/tests/cuda/tests.cuda_device --source-file='*/tensor_test.cpp' --test-case='many channels*,several tiles*' &&
      grep -m1 'ERROR SUMMARY\|RACECHECK SUMMARY' "$out/last.txt"
  done
}

losses() { attempt losses 120 build-gpu/bench/beside_cpu 128 4 20 && tail -3 "$out/last.txt"; }

operations() {
  local narrow
  for narrow in "" --bf16; do
    # shellcheck disable=SC2086  # an option or none
    measurement "operations $narrow" 60 build-gpu/bench/network_cuda operations 512 8 1 20 $narrow --json
  done
}

network() {
  local narrow work
  for narrow in "" --bf16; do
    # shellcheck disable=SC2086
    measurement "training $narrow" 60 build-gpu/bench/network_cuda train 512 8,32 1 30 $narrow --json
    for work in forward predict; do
      # shellcheck disable=SC2086
      measurement "$work $narrow" 60 build-gpu/bench/network_cuda $work 512 1,8 1 100 $narrow --json
    done
  done
}

# Ours again before and after, so that both are of one run.
torch() {
  measurement ceilings 60 python3 bench/cuda/torch_peer.py ceilings
  local mode precision
  for mode in plain graph compiled; do
    for precision in bf16 tf32; do
      measurement "PyTorch $mode $precision" 150 python3 bench/cuda/torch_peer.py $mode $precision 512 train:8 train:32 predict:1
    done
  done
  network
}

# The study's training, of what images there are.
data() {
  local folder=${UNET_GPU_DATA:-.gpu/data} precision
  if [[ ! -e $folder/split.csv ]]; then say "data: no images in $folder, see bench/gpu_pack.sh" && return; fi
  for precision in bf16 fp32; do
    attempt "30 epochs in $precision" 150 build-gpu/examples/train --backend cuda --precision $precision --data "$folder" \
      --split "$folder/split.csv" --size 512 --epochs 30 --batch 8 --out "build-gpu/run_$precision" --overwrite &&
      cp "build-gpu/run_$precision/summary.json" "$out/summary_$precision.json" && tail -n 5 "$out/last.txt"
  done
}

{
  date -u
  nvidia-smi --query-gpu=name,driver_version,memory.total,compute_cap --format=csv,noheader
  nvcc --version | tail -2
  git rev-parse HEAD 2>/dev/null
} 2>&1 | tee -a "$out/log.txt"

for part in ${parts//,/ }; do
  case $part in
    build | tests | sanitizer | losses | operations | network | torch | data) $part ;;
    *) echo "gpu: there is no part '$part'" >&2 && exit 2 ;;
  esac
done
rm -f "$out/last.txt"

say "results"
python3 bench/cuda/report.py "$out" || failed+=("report")
if ((${#failed[@]})); then printf 'FAILED: %s\n' "${failed[@]}" && exit 1; fi
