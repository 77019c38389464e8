#!/usr/bin/env bash
# Makes the artefacts of this folder with a build of commit 4772d44:
#
#   make.sh PALIMPSEST TARGET
#
# PALIMPSEST is that build's bin/palimpsest, TARGET a new folder. Paths in the artefacts are relative.
set -euo pipefail

palimpsest=$(readlink -f "$1")
here=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")" && pwd)
mkdir "$2"
cp "$here"/*.conf "$2"
cd "$2"

# 240 paragraphs of short sentences; the generator is Park and Miller's, in numbers that awk holds exactly.
awk '
  function draw(n) { seed = (seed * 16807) % 2147483647; return seed % n + 1 }
  function word(list,   words, n) { n = split(list, words, "|"); return words[draw(n)] }
  BEGIN {
    seed = 20240229
    for (p = 0; p < 240; p++) {
      line = ""
      for (s = 0; s <= p % 4; s++) {
        line = line word("The red fox|A small dog|The old miller|My sister|A gray heron|The baker") " " \
          word("sees|follows|likes|forgets|paints|remembers") " " \
          word("the river|a blue house|the long road|her horse|a wooden bridge|the mill") " " \
          word("in the morning|at night|every summer|again|after the rain") ". "
      }
      print line "\n"
    }
  }' >text.txt

run() {
  "$palimpsest" "$@" --master 'local[2]' --conf spark.ui.enabled=false
}

run prepare --config ./collective.conf
run corpus inspect corpus --json --verify --blocks 1000000 --seed 1 |
  sed 's/"corpus":"[^"]*",//' >blocks.json

for name in gradients collective spark-carried spark-average; do
  run preview --config ./$name.conf --json --examples 8 >$name.examples
  # The checkpoint of step 20, and as others read it.
  run pretrain --config ./$name.conf
  run export --config ./$name.conf --to $name/model
  cp -r $name checkpoint
  # The next 20 steps: a line of metrics and an evaluation for every two of them.
  run pretrain --config ./$name.conf --set training.steps=40
  grep -E '"step":(2[1-9]|3[0-9]|40),' $name/metrics.jsonl |
    sed -E 's/^\{("step":[0-9]+,"loss":[^,]+),.*/{\1}/' >$name.losses
  grep -E '"step":(2[1-9]|3[0-9]|40),' $name/evaluations.jsonl |
    sed -E 's/^\{("step":[0-9]+,"loss":[^,]+),.*/{\1}/' >$name.evaluations
  rm -r $name
  mv checkpoint $name
done

# What no test reads, and what belongs to the process that trained.
rm -r text.txt gradients/model spark-carried/model ./*/tensorboard
find . \( -name '.*.crc' -o -name 'lease-*.json' -o -name status.json \) -delete
