#!/usr/bin/env bash
# Checks that this machine's NVIDIA GPU computes what the CPU computes, and measures training speed.
# Needs the driver, CUDA 13.1, and cuDNN 9; everything else comes with the build.
#   deploy/gpu-check/check.sh [cuda:N]
set -euo pipefail
cd "$(dirname "$0")/../.."
device=${1:-cuda}
needs() { command -v "$1" >/dev/null || { echo "gpu-check: $1 is not on the PATH: install $2 first." >&2; exit 5; }; }
needs nvidia-smi "the NVIDIA driver"
needs mvn "Apache Maven 3.8 or later"
needs java "a JDK 17 or later"
nvidia-smi --query-gpu=index,name,memory.total,driver_version --format=csv
mvn -q -Pcuda -DskipTests package -pl modules/dist,modules/bench -am
exec java -cp 'modules/bench/target/benchmarks.jar:modules/dist/target/palimpsest/jars/*' \
  org.palimpsest.bench.engine.DeviceCheck "$device" half-base t5-small bart-base
