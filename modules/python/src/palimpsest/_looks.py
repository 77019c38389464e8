"""Looking at texts, corruption, and clusters without training."""

from __future__ import annotations

import html
import json
from dataclasses import dataclass
from typing import Any

from pyspark.sql import DataFrame

from palimpsest._calls import calls
from palimpsest._errors import palimpsest_errors
from palimpsest.pipeline import DenoisingPretrainer, TextCorruptor

_PREVIEW_ROWS = 5


@dataclass(frozen=True)
class Page:
    """Something that notebooks show as HTML, and other places as text."""

    markup: str
    text: str

    def _repr_html_(self) -> str:
        return self.markup

    def __repr__(self) -> str:
        return self.text


def preview(
    dataset: DataFrame,
    objective: str = "bart",
    *,
    tokenizer: str,
    text_col: str = "text",
    rows: int = _PREVIEW_ROWS,
    seed: int = 1,
) -> Page:
    """Shows what an objective does to some texts, with the corruption in colors.

    Args:
        dataset: with a column of texts.
        objective: a preset such as ``bart`` or ``t5``, a T5 name, or an object in HOCON.
        tokenizer: a tokenizer.json, or a folder with one: a model, a corpus, or a run.
        text_col: the column of the texts.
        rows: number of texts to show.
        seed: of the noise.

    Raises:
        PalimpsestError: if the column, the objective, or the tokenizer does not exist.

    Example:
        >>> palimpsest.preview(texts, "t5", tokenizer="runs/notes")  # doctest: +SKIP
    """
    corruptor = TextCorruptor(
        inputCol=text_col,
        objective=objective,
        tokenizerPath=tokenizer,
        seed=seed,
        sourceCol="source",
        targetCol="target",
        htmlCol="html",
    )
    with palimpsest_errors():
        shown = corruptor.transform(dataset.select(text_col).limit(rows))
        found = shown.select("source", "target", "html").collect()
    return Page(
        "".join(f'<div style="margin-bottom:1em">{row["html"]}</div>' for row in found),
        "\n".join(f"source  {row['source']}\ntarget  {row['target']}" for row in found),
    )


def doctor(estimator: DenoisingPretrainer) -> Page:
    """Checks whether an estimator can train in this session; starts no training.

    Returns:
        a table of the checks: ``ok``, ``warn``, or ``fail``, with a sentence that says what to do.

    Raises:
        PalimpsestError: if the params contradict each other.

    Example:
        >>> palimpsest.doctor(pretrainer)  # doctest: +SKIP
    """
    findings = json.loads(calls().doctor(estimator))
    return Page(
        '<table style="text-align:left">' + "".join(map(_row, findings)) + "</table>",
        "\n".join(f"{f['verdict']:4}  {f['check']:19}  {f['sentence']}" for f in findings),
    )


def _row(finding: Any) -> str:
    color = {"ok": "#2e8b57", "warn": "#c08000", "fail": "#c03030"}[finding["verdict"]]
    return (
        f'<tr><td style="color:{color}">{finding["verdict"]}</td>'
        f"<td>{html.escape(finding['check'])}</td>"
        f'<td style="text-align:left">{html.escape(finding["sentence"])}</td></tr>'
    )


def sample_texts() -> DataFrame:
    """English texts that the jar brings along: the glosses of WordNet 3.1 (Princeton University).

    Returns:
        about 117,000 rows with the columns ``id`` and ``text``.

    Example:
        >>> palimpsest.sample_texts().show(3)  # doctest: +SKIP
    """
    return calls().samples()
