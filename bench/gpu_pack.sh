#!/usr/bin/env bash
# Puts what bench/gpu.sh needs besides the project into .gpu/, which git ignores, for a machine with a GPU but no network: headers of
# Debian's packages, and images.
#
#   bench/gpu_pack.sh [--data FOLDER] [--megabytes N] [--part K/N]
#
# FOLDER: the data set as docs/study.md describes it, with CXR_png, masks, split.csv and the table of patients. Of each part of the split
# as many images are taken, in the split's order, as fit into N megabytes (46) in all, and a split.csv of those is written. With --part the whole
# split.csv goes along, and every N-th image from the K-th on: for a data set that travels in several pieces.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

data="" megabytes=46 part=""
while (($#)); do
  case $1 in
    --data) data=${2:?--data needs a folder} && shift 2 ;;
    --megabytes) megabytes=${2:?--megabytes needs a number} && shift 2 ;;
    --part) part=${2:?--part needs K/N} && shift 2 ;;
    *) echo "usage: bench/gpu_pack.sh [--data FOLDER] [--megabytes N] [--part K/N]" >&2 && exit 2 ;;
  esac
done
if [[ -n $part && ! $part =~ ^[1-9][0-9]*/[1-9][0-9]*$ ]]; then echo "gpu_pack: '$part' is no part like 1/2" >&2 && exit 2; fi
if [[ -n $data && ! -e $data/split.csv ]]; then echo "gpu_pack: $data has no split.csv" >&2 && exit 1; fi

rm -rf .gpu
mkdir -p .gpu

# Headers, and what CMake finds them by.
packages=(libeigen3-dev libstb-dev doctest-dev nlohmann-json3-dev libcli11-dev)
if ! files=$(dpkg-query --listfiles "${packages[@]}"); then
  echo "gpu_pack: install ${packages[*]} first" >&2 && exit 1
fi
grep -E '^/usr/(include/(eigen3/Eigen|stb|doctest|nlohmann|CLI)|(share|lib)/(cmake|eigen3))' <<<"$files" | while read -r file; do
  if [[ -f $file ]]; then install -D -m 644 "$file" ".gpu$file"; fi
done

# pack_images: names of the chosen images on its input.
pack_images() {
  local id
  mkdir -p .gpu/data/CXR_png .gpu/data/masks
  cp "$data"/*.csv .gpu/data/
  while read -r id; do
    cp "$data/CXR_png/$id.png" .gpu/data/CXR_png/
    cp "$data/masks/${id}_mask.png" .gpu/data/masks/
  done
}

if [[ -n $data && -n $part ]]; then
  awk -F, -v k="${part%/*}" -v n="${part#*/}" 'NR > 1 && (NR - 2) % n == k - 1 { print $1 }' "$data/split.csv" | pack_images
elif [[ -n $data ]]; then
  # Of a split of 340, 113 and 113 images the same share of each.
  share=$(awk -v fits="$megabytes" -v all="$(du -sm "$data" | cut -f1)" 'BEGIN { print (fits < all ? fits / all : 1) }')
  awk -F, -v share="$share" 'NR == FNR { of[$2]++; next } FNR == 1 { print; next } seen[$2]++ < share * of[$2]' \
    "$data/split.csv" "$data/split.csv" | tr -d '\r' >.gpu/split.csv
  tail -n +2 .gpu/split.csv | cut -d, -f1 | pack_images
  mv .gpu/split.csv .gpu/data/split.csv
fi

du -sm .gpu | awk '{ print "packed " $1 " MB into .gpu" }'
