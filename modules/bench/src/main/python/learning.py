"""How fast a Hugging Face BART or T5 learns on a corpus of ours, in a plain PyTorch loop.

  learning.py train CORPUS [--kind bart|t5] [--rate R] [--deviation S] [--decay linear|cosine]
                           [--seconds N | --steps N] [--seed K]
  learning.py tune CORPUS [--kind bart|t5] [--decay linear|cosine] [--seconds N | --steps N]
  learning.py score CORPUS FOLDER

The deviation is BART's `init_std` or T5's `initializer_factor`. With steps, what a model learns does
not depend on how busy the machine is.
`train` prints a line of JSON at each evaluation, `tune` trains with six settings and prints the
best, and `score` evaluates a model folder, ours included, on the same held-out blocks with the same
noise. Losses are in nats per target token.
"""

from __future__ import annotations

import argparse
import itertools
import json
import math
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as functional
from corpus import Batch, Corpus, Infilling
from transformers import (
    AutoModelForSeq2SeqLM,
    BartConfig,
    BartForConditionalGeneration,
    T5Config,
    T5ForConditionalGeneration,
)

RATES = (4e-3, 8e-3, 16e-3)
DEVIATIONS = {"bart": (0.06, 0.12), "t5": (0.1, 0.3)}
BATCH, WARM_UP, FINAL, HELD_OUT, NOISE_SEED = 32, 100, 0.05, 512, 99


def build(kind: str, corpus: Corpus, deviation: float) -> torch.nn.Module:
    """A model of the quickstart's shape: width 128, 1 + 2 layers, 4 heads, feed-forward 256."""
    ids = {
        "pad_token_id": corpus.special["<pad>"],
        "eos_token_id": corpus.special["</s>"],
        "decoder_start_token_id": corpus.special["</s>"],
    }
    if kind == "t5":
        config = T5Config(
            vocab_size=corpus.vocabulary, d_model=128, d_kv=32, d_ff=256, num_layers=1, num_decoder_layers=2,
            num_heads=4, dropout_rate=0.0, initializer_factor=deviation, feed_forward_proj="gated-gelu",
            tie_word_embeddings=False, **ids,
        )
        return T5ForConditionalGeneration(config)
    longest = max(len(block) for block in corpus.training + corpus.held_out)
    config = BartConfig(
        vocab_size=corpus.vocabulary, d_model=128, encoder_layers=1, decoder_layers=2,
        encoder_attention_heads=4, decoder_attention_heads=4, encoder_ffn_dim=256,
        decoder_ffn_dim=256, max_position_embeddings=longest + 2, dropout=0.0,
        init_std=deviation, bos_token_id=corpus.special["<s>"], forced_eos_token_id=None, **ids,
    )
    return BartForConditionalGeneration(config)


def logits(model: torch.nn.Module, batch: Batch, pad: int) -> torch.Tensor:
    """Scores of every token at every target position."""
    return model(
        input_ids=batch.source, attention_mask=(batch.source != pad), labels=batch.target, use_cache=False
    ).logits


@torch.no_grad()
def score(model: torch.nn.Module, corpus: Corpus) -> dict[str, float]:
    """Loss and accuracy of lost and of kept tokens, on held-out blocks with fixed noise."""
    model.eval()
    noise, random = Infilling(corpus), np.random.default_rng(NOISE_SEED)
    sums = {kind: np.zeros(3) for kind in ("lost", "kept")}
    blocks = corpus.held_out[:HELD_OUT]
    for at in range(0, len(blocks), BATCH):
        batch = noise.batch(blocks[at : at + BATCH], random)
        scores = logits(model, batch, corpus.special["<pad>"])
        target = batch.target.clamp(min=0)
        losses = functional.cross_entropy(scores.transpose(1, 2), target, reduction="none")
        right = scores.argmax(-1) == target
        frame = (batch.target == -100) | (target == corpus.special["<s>"])
        ends = target == corpus.special["</s>"]
        for kind, where in (("lost", batch.lost), ("kept", ~batch.lost & ~frame & ~ends)):
            sums[kind] += [losses[where].sum().item(), right[where].sum().item(), where.sum().item()]
    model.train()
    return {
        f"{kind} {what}": float(total[column] / total[2])
        for kind, total in sums.items()
        for column, what in enumerate(("loss", "accuracy"))
    }


@dataclass(frozen=True)
class Length:
    """How long a training takes: seconds without its evaluations, or steps, whichever is given."""

    seconds: float
    steps: int | None

    def done(self, seconds: float, steps: int) -> float:
        """The share of the training after that time and those steps."""
        return steps / self.steps if self.steps else seconds / self.seconds


@dataclass(frozen=True)
class Setting:
    """What is tuned, and the seed of the training."""

    kind: str
    rate: float
    deviation: float
    decay: str
    seed: int

    def rate_of(self, step: int, done: float) -> float:
        """The learning rate of a step, from 0 on, after that share of the training."""
        left = 1 - done if self.decay == "linear" else 0.5 * (1 + math.cos(math.pi * done))
        return self.rate * min(1, (step + 1) / WARM_UP) * max(FINAL, left)


def train(corpus: Corpus, setting: Setting, length: Length, evaluations: int = 10):
    """Trains for that long; yields a dict at each evaluation."""
    torch.manual_seed(setting.seed)
    random = np.random.default_rng(setting.seed)
    model, noise = build(setting.kind, corpus, setting.deviation), Infilling(corpus)
    optimizer = torch.optim.AdamW(model.parameters(), betas=(0.9, 0.98), weight_decay=0.01, fused=True)
    spent, step, tokens, evaluated, done = 0.0, 0, 0, 0, 0.0
    order = itertools.chain.from_iterable(random.permutation(len(corpus.training)) for _ in itertools.count())
    while done < 1:
        began = time.perf_counter()
        for group in optimizer.param_groups:
            group["lr"] = setting.rate_of(step, done)
        blocks = [corpus.training[at] for at in itertools.islice(order, BATCH)]
        batch = noise.batch(blocks, random)
        scores = logits(model, batch, corpus.special["<pad>"])
        loss = functional.cross_entropy(scores.transpose(1, 2), batch.target, ignore_index=-100)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        step, tokens = step + 1, tokens + sum(map(len, blocks))
        spent += time.perf_counter() - began
        done = length.done(spent, step)
        if done * evaluations >= evaluated + 1:
            evaluated += 1
            spending = {"seconds": round(spent, 1), "steps": step, "tokens": tokens}
            yield asdict(setting) | spending | score(model, corpus)


def tune(corpus: Corpus, kind: str, decay: str, length: Length) -> None:
    """Trains with each rate and deviation, and prints each end and the best."""
    ends = []
    for rate, deviation in itertools.product(RATES, DEVIATIONS[kind]):
        (end,) = train(corpus, Setting(kind, rate, deviation, decay, seed=1), length, evaluations=1)
        print(json.dumps(end), flush=True)
        ends.append(end)
    print(json.dumps({"best": min(ends, key=lambda end: end["lost loss"])}))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("train", "tune", "score"))
    parser.add_argument("corpus", type=Path)
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--kind", choices=("bart", "t5"), default="bart")
    parser.add_argument("--rate", type=float, default=2e-3)
    parser.add_argument("--deviation", type=float, default=0.06, help="of the initial parameters")
    parser.add_argument("--decay", choices=("linear", "cosine"), default="linear", help="of the rate")
    parser.add_argument("--seconds", type=float, default=180)
    parser.add_argument("--steps", type=int, help="instead of seconds")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    corpus = Corpus.read(options.corpus)
    length = Length(options.seconds, options.steps)
    if options.what == "score":
        print(json.dumps(score(AutoModelForSeq2SeqLM.from_pretrained(options.folder), corpus)))
    elif options.what == "tune":
        tune(corpus, options.kind, options.decay, length)
    else:
        setting = Setting(options.kind, options.rate, options.deviation, options.decay, options.seed)
        for line in train(corpus, setting, length):
            print(json.dumps(line), flush=True)


if __name__ == "__main__":
    main()
