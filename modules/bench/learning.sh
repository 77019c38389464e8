#!/usr/bin/env bash
# Trains the quickstart's model and a Hugging Face model for equal seconds on the same blocks, in turn, and scores both on the same
# held-out blocks with the same noise. Makes a virtual environment with PyTorch and transformers (3 GB).
#
#   modules/bench/learning.sh SECONDS [SEED...]
#
# The rate and deviation of the peers are those that `learning.py tune` found best; KIND, RATE, DEVIATION override them.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/../python/environment"

bench=$root/modules/bench
work=${WORK:-$bench/target/learning}
seconds=${1:?usage: learning.sh SECONDS [SEED...]}
shift
seeds=("${@:-1}")
kind=${KIND:-bart}

python=$(find_python) || { echo "learning: there is no Python 3.11 or later on the PATH." >&2; exit 1; }
make_environment "$python" "$work/venv" "$bench/src/main/python/requirements.txt"
peer() { "$work/venv/bin/python" "$bench/src/main/python/learning.py" "$@"; }

corpus=$work/corpus
[[ -f $corpus/manifest.json ]] ||
  "$root/bin/palimpsest" prepare --config "$root/conf/quickstart.conf" --set "corpus.path=$corpus"
if [[ -z ${RATE:-} ]]; then
  peer tune "$corpus" --kind "$kind" --seconds 60 | tee "$work/tuned-$kind.jsonl"
  read -r RATE DEVIATION < <("$work/venv/bin/python" -c '
import json, sys
best = json.loads(sys.stdin.read().splitlines()[-1])["best"]
print(best["rate"], best["deviation"])' <"$work/tuned-$kind.jsonl")
fi
for seed in "${seeds[@]}"; do
  run=(--config "$root/conf/quickstart.conf" --set "run.directory=$work/run-$seed" --set "corpus.path=$corpus"
    --set "seed=$seed" --set "training.time-limit=${seconds}s" --set training.steps="${STEPS:-$((seconds * 7))}")
  "$root/bin/palimpsest" pretrain "${run[@]}" --fresh || (($? == 6))
  "$root/bin/palimpsest" export "${run[@]}"
  echo "ours, seed $seed: $(peer score "$corpus" "$work/run-$seed/model")"
  peer train "$corpus" --kind "$kind" --seed "$seed" --seconds "$((seconds * ${TIMES:-1}))" \
    --rate "$RATE" --deviation "${DEVIATION:-0.06}"
done
