"""The blocks of a prepared corpus, damaged by text infilling, as a PyTorch loop reads them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow.parquet as parquet
import torch


@dataclass(frozen=True)
class Corpus:
    """Blocks of token ids, with the ids of the special tokens."""

    training: list[np.ndarray]
    held_out: list[np.ndarray]
    vocabulary: int
    special: dict[str, int]

    @staticmethod
    def read(folder: Path) -> Corpus:
        """Reads all lanes of a corpus; small corpora only, since all blocks are kept in memory."""
        if not (folder / "manifest.json").exists():
            raise SystemExit(f"{folder} is not a corpus: prepare one with palimpsest prepare.")
        manifest = json.loads((folder / "manifest.json").read_text())
        tokenizer = json.loads((folder / manifest["tokenizer"]["name"]).read_text())
        special = {token["content"]: token["id"] for token in tokenizer["added_tokens"]}
        training, held_out = _blocks(folder / "training"), _blocks(folder / "validation")
        return Corpus(training, held_out, manifest["vocabularySize"], special)


def _blocks(folder: Path) -> list[np.ndarray]:
    blocks = []
    for lane in sorted(folder.glob("*.parquet")):
        table = parquet.read_table(lane)
        name = next(name for name in ("tokens", "ids") if name in table.column_names)
        for row in table[name].to_pylist():
            ids = np.frombuffer(row, "<i4") if isinstance(row, bytes) else np.asarray(row)
            blocks.append(ids.astype(np.int64))
    return blocks


@dataclass(frozen=True)
class Batch:
    """Sources, targets, and which targets were lost; all are blocks × positions."""

    source: torch.Tensor
    target: torch.Tensor
    lost: torch.Tensor


class Infilling:
    """Text infilling: spans of Poisson lengths become one mask each; the target is the text."""

    def __init__(self, corpus: Corpus, density: float = 0.3, mean: float = 3.0) -> None:
        self._special = corpus.special
        self._density = density
        self._mean = mean

    def batch(self, blocks: list[np.ndarray], random: np.random.Generator) -> Batch:
        """Damages blocks; padding of targets is -100, as the classes of transformers want it."""
        begin, end = self._special["<s>"], self._special["</s>"]
        sources, targets, losses = [], [], []
        for block in blocks:
            lost = self._lost(len(block), random)
            first = lost & ~np.concatenate([[False], lost[:-1]])
            source = np.where(lost, self._special["<mask>"], block)[~lost | first]
            sources.append(np.concatenate([[begin], source, [end]]))
            targets.append(np.concatenate([[begin], block, [end]]))
            losses.append(np.concatenate([[False], lost, [False]]))
        pad = self._special["<pad>"]
        return Batch(_padded(sources, pad), _padded(targets, -100), _padded(losses, 0).bool())

    def _lost(self, length: int, random: np.random.Generator) -> np.ndarray:
        """Spans that do not touch each other, of lengths that sum to the noise density."""
        wanted = min(length - 1, max(1, int(np.rint(length * self._density))))
        lengths: list[int] = []
        while sum(lengths) < wanted:
            lengths.append(min(max(1, int(random.poisson(self._mean))), wanted - sum(lengths)))
        kept = length - wanted
        lengths = lengths[: kept + 1]
        gaps = np.sort(random.choice(kept + 1, len(lengths), replace=False))
        lost = np.zeros(length, bool)
        before = 0
        for gap, span in zip(gaps, lengths):
            lost[gap + before : gap + before + span] = True
            before += span
        return lost


def _padded(rows: list[np.ndarray], value: int) -> torch.Tensor:
    padded = np.full((len(rows), max(map(len, rows))), value, np.int64)
    for at, row in enumerate(rows):
        padded[at, : len(row)] = row
    return torch.from_numpy(padded)
