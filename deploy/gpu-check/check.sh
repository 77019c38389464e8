#!/usr/bin/env bash
# Checks that a device computes what a CPU computes, and measures training steps on it. Needs bash, tar, and
# xz; no JDK, no network. On a GPU also NVIDIA's driver and CUDA's libraries, which a pip installation of
# PyTorch brings.
#
# Before: "mvn -Pgpu-check package", and copy modules/gpu-check/target/gpu-check to the machine, part by part.
#   ./check.sh [--device cpu|cuda[:N]] [--size small|full] [--python PROGRAM] [--libtorch FOLDER] [--out FOLDER]
#
#   --python    a Python whose PyTorch is measured beside, and whose LibTorch may be used (default: python3)
#   --libtorch  the folder lib of a LibTorch or PyTorch 2.10 to compute with, instead of the bundle's
#   --out       folder of gpu-check.json (default: this folder)
#
# Exit codes: 0 the device agrees, 1 it does not, 2 wrong arguments, 5 something is missing.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
device=cuda size= python=python3 libtorch= out=$here

fail() { echo "gpu-check: $2" >&2; exit "$1"; }

while [ $# -gt 0 ]; do
  case "$1" in
    --device|--size|--python|--libtorch|--out)
      [ $# -ge 2 ] || fail 2 "$1 needs a value: see the first lines of check.sh."
      printf -v "${1#--}" %s "$2"; shift 2 ;;
    *) fail 2 "There is no argument $1: see the first lines of check.sh." ;;
  esac
done
case "$device" in
  cpu) : "${size:=small}" ;;
  cuda|cuda:[0-9]*) : "${size:=full}" ;;
  *) fail 2 "Device '$device' is unknown: use cpu, cuda or cuda:N." ;;
esac

# ---- unpack the parts that are here, once

unpack() {
  local part=$here/palimpsest-gpu-check-$1.tar.xz
  [ -e "$here/bundle/$1.unpacked" ] && return 0
  [ -e "$part" ] || return 1
  command -v xz >/dev/null || fail 5 "xz is not on the PATH: install xz-utils."
  mkdir -p "$here/bundle"
  tar -xJf "$part" -C "$here" || fail 5 "$part cannot be unpacked: copy it again and compare SHA256SUMS."
  touch "$here/bundle/$1.unpacked"
}

unpack runtime || fail 5 "palimpsest-gpu-check-runtime.tar.xz is not in $here: copy it there from the build."
bundle=$here/bundle
java=$bundle/runtime/bin/java
mkdir -p "$out"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# ---- PyTorch, if it is here

has_torch=
if [ -n "$python" ] && command -v "$python" >/dev/null && "$python" -c 'import torch' 2>/dev/null; then
  has_torch=yes
  ways=eager,sdpa,compile
  [ "$device" = cpu ] && ways=eager,sdpa # compiling for a CPU needs a C++ compiler
  echo "gpu-check: measuring PyTorch of $python"
  OMP_WAIT_POLICY=passive timeout 190 "$python" "$bundle/peer.py" --device "$device" --size "$size" \
    --ways "$ways" --json "$work/peer.json" || echo "gpu-check: PyTorch was not measured to the end" >&2
fi

# ---- this engine

# $1: what is used, for the report; $2: folders of native libraries
measure() {
  echo "gpu-check: computing with $1"
  local code=0
  env LD_LIBRARY_PATH="$2" OMP_WAIT_POLICY=passive TORCH_NCCL_ASYNC_ERROR_HANDLING=0 \
    TORCH_NCCL_ENABLE_MONITORING=0 timeout 280 "$java" \
    -Dorg.bytedeco.javacpp.pathsFirst=true -Dorg.bytedeco.javacpp.cachedir="$work/cache" \
    -Djava.library.path="$2" -cp "$bundle/lib/*" org.palimpsest.bench.device.DeviceCheck \
    --device "$device" --size "$size" --libtorch "$1" --peer "$work/peer.json" \
    --json "$out/gpu-check.json" || code=$?
  return $code
}

# Ends if the check has a result; returns if LibTorch does not load or does not see the device.
attempt() {
  local code=0
  measure "$@" || code=$?
  [ $code -gt 1 ] || exit $code
  [ $code -ne 124 ] || fail 5 "The check took more than 280 s: see $out/gpu-check.json for what it measured until then."
  echo "gpu-check: no result with $1 (exit code $code)" >&2
}

jni=$bundle/jni:$bundle/blas
if [ -n "$libtorch" ]; then
  [ -e "$libtorch/libtorch_cpu.so" ] || fail 2 "$libtorch has no libtorch_cpu.so: name the folder lib of a LibTorch."
  attempt "the LibTorch in $libtorch" "$jni:$libtorch"
  fail 5 "The LibTorch in $libtorch does not fit: use version 2.10, or leave --libtorch out."
fi
if [ "$device" = cpu ]; then
  unpack libtorch || fail 5 "palimpsest-gpu-check-libtorch.tar.xz is not in $here: copy it there from the build."
  attempt "the bundle's LibTorch" "$jni:$bundle/torch"
  fail 5 "The bundle's LibTorch does not load on this machine, which must be Linux on x86-64: see the lines above."
fi

driver=
for file in /proc/driver/nvidia /dev/nvidiactl /dev/dxg; do [ -e $file ] && driver=yes; done
[ -n "$driver" ] || fail 5 "This machine has no NVIDIA driver: install version 580 or later, or use --device cpu."

cuda=
for folder in $([ -z "$has_torch" ] || "$python" -c 'import glob, os, torch
print(*glob.glob(os.path.join(os.path.dirname(torch.__file__), "..", "nvidia", "*", "lib")))') \
    /usr/local/cuda/lib64 /usr/local/cuda/extras/CUPTI/lib64; do
  [ -d "$folder" ] && cuda=$cuda:$folder
done
if unpack libtorch && unpack cuda; then
  missing=$(LD_LIBRARY_PATH=$bundle/torch:$bundle/cuda:$bundle/blas$cuda ldd "$bundle/cuda/libtorch_cuda.so" |
    awk '/not found/ {print $1}' | sort -u | xargs)
  if [ -z "$missing" ]; then
    attempt "the bundle's LibTorch for CUDA" "$jni:$bundle/cuda:$bundle/torch$cuda"
  else
    echo "gpu-check: the bundle's LibTorch needs CUDA 13.1, cuDNN 9, and NCCL, of which are missing: $missing" >&2
  fi
fi
if [ -n "$has_torch" ]; then
  folder=$("$python" -c 'import os, torch; print(os.path.join(os.path.dirname(torch.__file__), "lib"))')
  attempt "the LibTorch of $python" "$jni:$folder"
fi
fail 5 "No LibTorch of this machine or bundle computes on $device: install CUDA 13.1, cuDNN 9 and NCCL, or PyTorch 2.10 with CUDA."
