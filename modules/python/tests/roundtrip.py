"""Imports a zoo of small models that transformers made, and compares what both compute.

    roundtrip.py CLASSPATH WORK [--only PATTERN]

CLASSPATH has the jars of Palimpsest and Spark. The zoo goes to WORK/zoo, what `palimpsest import`
makes of it to WORK/imported. Printed: `family/variant | outcome | max diff`, where max diff is the
largest difference of log-probabilities over the largest log-probability, of three sequences.
Outcomes: refused (with the sentence), same, or what differs.
"""

import argparse
import json
import os
import re
import shutil
import subprocess
import warnings
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.update(HF_HUB_OFFLINE="1", TOKENIZERS_PARALLELISM="false")
import numpy as np
import torch
import transformers as tf
from variants import V, zoo
from zoo import bart_tokenizer, make, t5_tokenizer

torch.set_num_threads(1)
tf.logging.set_verbosity_error()
tf.utils.logging.disable_progress_bar()
warnings.filterwarnings("ignore")
TOLERANCE, LENGTH = 1e-4, 20
MORE_LINES = [
    "two  blanks   three",
    " leading",
    "trailing ",
    "naïve café, “quotes” 東京 😀",
    "a\tb",
    "A <mask> here <mask>.",
    "x <extra_id_0> y <extra_id_1>",
    "ﬁ ½ Å",
]
# What the tokenizers learn: the documentation, without special tokens in it.
DOCS = Path(__file__).parents[3] / "docs"
TEXT = re.sub("[<>]", "", "\n".join(page.read_text() for page in sorted(DOCS.rglob("*.md"))))


class Product:
    """One JVM that answers for Palimpsest."""

    def __init__(self, classpath, work):
        driver = Path(__file__).with_name("Driver.java")
        self.process = subprocess.Popen(
            ["java", "-Xmx2g", "-cp", classpath, str(driver)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=open(work / "jvm.log", "w"),
            text=True,
            encoding="utf-8",
            env={**os.environ, "OPT_OUT_TRACKING": "true", "OMP_WAIT_POLICY": "passive"},
        )

    def ask(self, ask, *words, **more):
        question = {"ask": ask, "words": [str(w) for w in words], **more}
        print(json.dumps(question), file=self.process.stdin, flush=True)
        for line in self.process.stdout:
            if line.startswith("@@"):
                return json.loads(line[2:])
        raise RuntimeError("the JVM ended; see jvm.log")

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def load(folder):
    model, info = tf.AutoModelForSeq2SeqLM.from_pretrained(
        folder, dtype=torch.float32, output_loading_info=True
    )
    return model.eval(), [f"{k} {sorted(v)[:3]}" for k, v in info.items() if v]


def log_probabilities(model, source, target):
    with torch.no_grad():
        return (
            model(input_ids=torch.tensor([source]), decoder_input_ids=torch.tensor([target]))
            .logits[0]
            .double()
            .log_softmax(-1)
            .numpy()
        )


def written(model, source, **how):
    """Without start and </s>. None is forced: it would cost the last token, which it replaces."""
    with torch.no_grad():
        ids = model.generate(
            input_ids=torch.tensor([source]),
            max_new_tokens=LENGTH,
            do_sample=False,
            forced_eos_token_id=None,
            **how,
        )[0].tolist()[1:]
    eos = np.atleast_1d(model.generation_config.eos_token_id).tolist()
    return [i for n, i in enumerate(ids) if not any(j in eos for j in ids[: n + 1])]


def compare(product, folder, imported, lines):
    """What differs, and the largest relative difference of log-probabilities."""
    (model, notes), (again, more) = load(folder), load(imported)
    differences, worst = (
        [f"transformers on the folder: {n}" for n in notes]
        + [f"transformers on the imported folder: {n}" for n in more],
        0.0,
    )
    start, eos = (
        model.generation_config.decoder_start_token_id,
        np.atleast_1d(model.config.eos_token_id)[0].item(),
    )
    random = np.random.default_rng(3)

    def draw(n):
        return random.integers(5, V - 120, n).tolist()

    sources = [[0] * (model.config.model_type == "bart") + draw(n) + [eos] for n in (5, 17, 40)]
    for source in sources:
        target = [start or 0, *draw(11)]
        right = log_probabilities(model, source, target)
        answer = product.ask("scores", imported, source=source, target=target)
        if answer["code"]:
            return [answer["err"]], float("nan")
        worst = max(worst, abs(np.array(answer["scores"]) - right).max() / abs(right).max())
        if (
            abs(log_probabilities(again, source, target) - right).max()
            > TOLERANCE * abs(right).max()
        ):
            differences.append("TRANSFORMERS DIFFERS ON THE IMPORTED FOLDER")
    if worst > TOLERANCE:
        differences.append("LOGITS DIFFER")
    # Rows that pad the embedding have no token, and are not written here.
    entries = len(tf.AutoTokenizer.from_pretrained(folder))
    unwritable = list(range(entries, model.config.vocab_size)) or None
    for beams in (1, 4):
        ours, theirs = (
            product.ask("write", imported, sources=sources, beams=beams, length=LENGTH),
            [written(model, s, num_beams=beams, suppress_tokens=unwritable) for s in sources],
        )
        if ours["code"]:
            differences.append(ours["err"])
        elif ours["ids"] != theirs:
            different = next(p for p in zip(ours["ids"], theirs, strict=True) if p[0] != p[1])
            differences.append(f"beams {beams}: ours {different[0]} theirs {different[1]}")
    if written(model, sources[0]) != written(again, sources[0]):
        differences.append("generate() differs on the imported folder")
    return list(
        dict.fromkeys(differences + compare_tokenizers(product, folder, imported, lines))
    ), worst


def compare_tokenizers(product, folder, imported, lines):
    before, after = (
        tf.AutoTokenizer.from_pretrained(folder),
        tf.AutoTokenizer.from_pretrained(imported),
    )
    ours = list(zip(lines, product.ask("tokens", imported, texts=lines)["all"], strict=True))
    lost = sorted(set(before.all_special_tokens) ^ set(after.all_special_tokens))
    bad = {
        "our ids differ": [
            line
            for line, o in ours
            if before(line, add_special_tokens=False).input_ids != o["marked"]
        ],
        "our special tokens around a text differ": [
            line for line, o in ours if before(line).input_ids != o["framed"]
        ],
        "our text differs": [
            line
            for line, o in ours
            if before.decode(o["ids"], skip_special_tokens=True) != o["text"]
        ],
        "AutoTokenizer, other ids after import": [
            line for line in lines if before(line).input_ids != after(line).input_ids
        ],
        "AutoTokenizer, other text after import": [
            line
            for line, o in ours
            if before.decode(o["marked"], True) != after.decode(o["marked"], True)
        ],
        "AutoTokenizer, special tokens lost or new": lost,
    }
    return [f"{what}: {len(which)}, {which[0]!r}" for what, which in bad.items() if which]


def outcomes(classpath, work, only=""):
    """Yields the name, the outcome, and the largest relative difference of each variant."""
    for name in ("zoo", "imported"):
        shutil.rmtree(work / name, ignore_errors=True)
        (work / name).mkdir(parents=True)
    text = work / "text.txt"
    text.write_text(TEXT)
    lines = [line for line in TEXT.splitlines() if len(line) > 20][:50] + MORE_LINES
    tokenizers = {
        "bart": bart_tokenizer(str(text)),
        "t5": t5_tokenizer(str(text)),
        "t5 no sentinels": t5_tokenizer(str(text), 0),
        "t5 sentinels ascending": t5_tokenizer(str(text), 100, True),
    }
    product = Product(classpath, work)
    for name, entry in zoo().items():
        if re.search(only, name):
            yield (name, *outcome(product, work, name, entry, tokenizers, lines))
    product.close()


def outcome(product, work, name, entry, tokenizers, lines):
    slug = re.sub(r"\W+", "-", name)
    folder, imported = work / "zoo" / slug, work / "imported" / slug
    make(entry, folder, tokenizers)
    answer = product.ask("cli", "import", "--from", folder, "--to", imported)
    if answer["code"]:
        sentence = answer["err"].strip().replace(str(work) + "/", "")
        return f"refused: {sentence}", 0.0
    differences, worst = compare(product, folder, imported, lines)
    return "; ".join(differences) or "same", worst


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("classpath")
    parser.add_argument("work", type=Path)
    parser.add_argument("--only", default="", help="a regular expression that names must match")
    arguments = parser.parse_args()
    for name, outcome, worst in outcomes(arguments.classpath, arguments.work, arguments.only):
        print(f"{name} | {outcome} | {worst:.1e}", flush=True)


if __name__ == "__main__":
    main()
