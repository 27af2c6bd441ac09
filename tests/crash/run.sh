#!/usr/bin/env bash
# Kills training at random moments and checks what is left. See usage().
set -euo pipefail
export LC_ALL=C OMP_WAIT_POLICY=${OMP_WAIT_POLICY:-passive}

usage() {
  cat <<EOF
usage: tests/crash/run.sh KILLS [SEED]

Trains a small net on the phantom, kills it (SIGKILL) at random moments until KILLS have hit, and goes on with each run after a
kill. After each kill every file in the run folder must be whole: weights load, tables are beginnings of the undisturbed run's,
and there is at most one NAME.tmp. After one to five kills a run is finished: it must then be the undisturbed run, bit for bit, and
nothing else may be left in its folder. Exit status 1, and what was found, otherwise; the run folder is then kept.
SEED (1) decides how long is waited before each kill; where a run is by then the machine decides.
Environment: UNET_PROGRAM_DIR, folder of the programs train and predict (build/examples).
EOF
}

kills=${1:-} seed=${2:-1}
if [[ ! $kills =~ ^[1-9][0-9]*$ || ! $seed =~ ^[0-9]+$ ]]; then
  usage >&2
  exit 2
fi
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
programs=${UNET_PROGRAM_DIR:-$root/build/examples}
for program in train predict; do
  if [[ ! -x $programs/$program ]]; then
    echo "crash: no program $programs/$program; build it, or set UNET_PROGRAM_DIR" >&2
    exit 2
  fi
done

folder=$(mktemp -d "${TMPDIR:-/tmp}/unet_crash_XXXXXX")
pid= keep=
cleanup() {
  if [[ -n $pid ]]; then kill -KILL "$pid" 2>/dev/null || true; fi
  if [[ -z $keep ]]; then rm -rf "$folder"; fi
}
trap cleanup EXIT
reference=$folder/undisturbed run=$folder/run
RANDOM=$seed
done_kills=0

fail() {
  keep=1
  printf 'crash: after %s kills: %s\nThe run is kept in %s, the undisturbed one in %s, what it printed in %s.\n' \
    "$done_kills" "$*" "$run" "$reference" "$folder/log" >&2
  exit 1
}

milliseconds() { echo $(($(date +%s%N) / 1000000)); }

options=(--data phantom --count 20 --size 32 --net small --batch 4 --lr 0.005 --epochs 4 --threads 1)
# start FOLDER: begins the run there or goes on with it.
start() {
  if [[ -e $1/config.json ]]; then
    exec "$programs/train" --resume "$1" --threads 1
  else
    exec "$programs/train" "${options[@]}" --out "$1"
  fi
}

# ---- what must be so ----------------------------------------------------------------------------------------------------

# Files that are the same in each run, once they are there; and those that hold times.
same=(config.json split.csv summary.json per_image.csv overlay_best.png overlay_median.png overlay_worst.png)
timed=(results.csv best.safetensors last.safetensors curves.svg report.html)

# results.csv without its last three columns, which are times and memory.
results() { cut -d, -f1-6 "$1/results.csv"; }
# The values of a safetensors file, without the header, which holds times.
tensors() {
  local header
  header=$(od -An -t u8 -N8 "$1" | tr -d ' ')
  tail -c +$((8 + header + 1)) "$1"
}
ends_with() { [[ $(tail -c 20 "$1" | tr -d '\n') == *"$2" ]]; }

loads() {
  "$programs/predict" "$reference/overlay_best.png" --model "$1" --out "$folder/masks" --size 32 --overwrite \
    --threads 1 >"$folder/log" 2>&1
}

# Every file is whole, and nothing is there that does not belong there.
check_files() {
  local name path temporaries=0
  for path in "$run"/* "$run"/.[!.]*; do
    [[ -e $path ]] || continue
    name=${path##*/}
    if [[ $name == *.tmp ]]; then
      temporaries=$((temporaries + 1))
      name=${name%.tmp}
      [[ " ${same[*]} ${timed[*]} " == *" $name "* ]] || fail "$path is left, of no file that train writes"
      continue
    fi
    case $name in
      results.csv)
        cmp -s <(results "$run") <(results "$reference" | head -n "$(wc -l <"$path")") ||
          fail "$path is not the beginning of the undisturbed run's"
        ;;
      *.safetensors) loads "$path" || fail "$path does not load: $(cat "$folder/log")" ;;
      curves.svg) ends_with "$path" "</svg>" || fail "$path is cut off" ;;
      report.html) ends_with "$path" "</html>" || fail "$path is cut off" ;;
      *)
        [[ " ${same[*]} " == *" $name "* ]] || fail "$path is left, which train does not write"
        cmp -s "$path" "$reference/$name" || fail "$path is not that of the undisturbed run"
        ;;
    esac
  done
  ((temporaries <= 1)) || fail "$temporaries temporary files are left"
  with_temporary=$((with_temporary + temporaries))
}

# The run has ended by itself: it is the undisturbed one.
check_finished() {
  check_files
  local names expected name
  names=$(ls -A "$run") expected=$(ls -A "$reference")
  [[ $names == "$expected" ]] || fail "the finished run has these files: ${names//$'\n'/ }"
  cmp -s <(results "$run") <(results "$reference") || fail "results.csv is not that of the undisturbed run"
  cmp -s "$run/best.safetensors" "$reference/best.safetensors" || fail "best.safetensors is another"
  cmp -s <(tensors "$run/last.safetensors") <(tensors "$reference/last.safetensors") ||
    fail "the values in last.safetensors are others"
  finished=$((finished + 1))
  rm -rf "$run"
}

# ---- kills --------------------------------------------------------------------------------------------------------------

began=$(milliseconds)
(start "$reference") >"$folder/log" 2>&1 || fail "the undisturbed run fails: $(cat "$folder/log")"
whole_run=$(($(milliseconds) - began))
echo "undisturbed: $whole_run ms; seed $seed"

finished=0 with_temporary=0 missed=0 kills_of_run=0 most_kills=0
declare -A stages=([before its first file]=0 [before its first checkpoint]=0 [in training]=0 [while results are written]=0)
stage() {
  local at="before its first file"
  [[ ! -e $run/config.json ]] || at="before its first checkpoint"
  [[ ! -e $run/last.safetensors ]] || at="in training"
  [[ ! -e $run/overlay_best.png ]] || at="while results are written"
  echo "$at"
}

left=$((1 + RANDOM % 5)) # kills before this run is finished
while ((done_kills < kills)) || [[ -e $run ]]; do
  (start "$run") >"$folder/log" 2>&1 &
  pid=$! status=0
  if ((left > 0 && done_kills < kills)); then
    # Shorter than a whole run, as most go on with one. Two draws: one has 15 bits.
    wait_ms=$(((RANDOM * 32768 + RANDOM) % (whole_run * 6 / 10 + 1)))
    sleep "$((wait_ms / 1000)).$(printf %03d $((wait_ms % 1000)))"
    kill -KILL "$pid" 2>/dev/null || true
  fi
  { wait "$pid" || status=$?; } 2>/dev/null
  pid=
  case $status in
    137)
      done_kills=$((done_kills + 1)) left=$((left - 1)) kills_of_run=$((kills_of_run + 1))
      ((kills_of_run <= most_kills)) || most_kills=$kills_of_run
      check_files
      at=$(stage)
      stages[$at]=$((stages[$at] + 1))
      ((done_kills % 10)) || echo "$done_kills of $kills kills, $finished runs finished"
      ;;
    0)
      ((left == 0 || done_kills >= kills)) || missed=$((missed + 1))
      check_finished
      left=$((1 + RANDOM % 5)) kills_of_run=0
      ;;
    *) fail "going on fails with exit status $status: $(cat "$folder/log")" ;;
  esac
done

echo "$done_kills kills, $finished runs finished and the same as the undisturbed one, in $((($(milliseconds) - began) / 1000)) s"
for at in "${!stages[@]}"; do echo "  ${stages[$at]} $at"; done
echo "  $with_temporary of them left a NAME.tmp; up to $most_kills in one run; $missed runs ended before their kill"
