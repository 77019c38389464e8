"""The files of a run, read as DataFrames: from any notebook, also over Spark Connect."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

from pyspark.errors import AnalysisException
from pyspark.sql import DataFrame, SparkSession

from palimpsest._display import Display, display_for
from palimpsest._errors import PalimpsestError
from palimpsest._snapshot import Evaluation, Snapshot

if TYPE_CHECKING:
    import pandas as pd

_POLL_SECONDS = 2.0
_CURVE_POINTS = 400


def read_metrics(run: str) -> pd.DataFrame:
    """The training metrics of a run, also while it trains.

    Args:
        run: the folder of the run, on any file system of the session.

    Returns:
        a row for about every second of training before the newest checkpoint, by step, with the
        fields of ``metrics.jsonl``: ``step``, ``loss`` (nats per target token), ``lr``,
        ``tokensPerSecond`` and others.

    Raises:
        PalimpsestError: of kind INPUT if the folder has no metrics.

    Example:
        >>> palimpsest.read_metrics("runs/notes").plot(x="step", y="loss")  # doctest: +SKIP
    """
    frame = _metrics(run)
    if frame is None:
        raise PalimpsestError(
            f"The folder {run} has no metrics: name the folder of a run (runDir) that has saved a"
            " checkpoint.",
            "INPUT",
        )
    return frame.toPandas()


def read_evaluations(run: str) -> pd.DataFrame:
    """The held-out losses of a run: a row per evaluation, by step.

    Raises:
        PalimpsestError: of kind INPUT if the folder has none.
    """
    frame = _json_lines(f"{run}/evaluations.jsonl")
    if frame is None:
        raise PalimpsestError(
            f"The folder {run} has no evaluations: set evaluationEvery and validationShare.",
            "INPUT",
        )
    return frame.orderBy("step").toPandas()


def watch(run: str, display: Display | None = None) -> Snapshot:
    """Shows a run of another notebook or job until it ends; an interrupt only ends the watching.

    It reads the files of the run, which change at every checkpoint.

    Returns:
        the last state.

    Raises:
        PalimpsestError: of kind INPUT if the folder has no run.

    Example:
        >>> palimpsest.watch("hdfs:///runs/notes")  # doctest: +SKIP
    """
    shown = display or display_for(run)
    snapshot = snapshot_of(run)
    try:
        while not snapshot.is_over:
            shown.update(snapshot)
            time.sleep(_POLL_SECONDS)
            snapshot = snapshot_of(run)
    finally:
        shown.close(snapshot)
    return snapshot


def snapshot_of(run: str) -> Snapshot:
    """The state of a run by its files.

    Raises:
        PalimpsestError: of kind INPUT if the folder has no run.
    """
    status = _status(run)
    metrics = _metrics(run)
    rows = metrics.select("step", "loss", "tokensPerSecond").collect() if metrics else []
    evaluations = _json_lines(f"{run}/evaluations.jsonl")
    return Snapshot(
        state="training" if status["state"] == "running" else status["state"],
        message=status["reason"] if status["state"] == "failed" else "",
        run_dir=run,
        checkpoint=status["checkpoint"],
        step=status["step"],
        loss=rows[-1]["loss"] if rows else None,
        tokens_per_second=rows[-1]["tokensPerSecond"] if rows else 0.0,
        curve=_thinned([(row["step"], row["loss"]) for row in rows]),
        evaluations=[
            Evaluation(row["step"], row["loss"])
            for row in (evaluations.orderBy("step").collect() if evaluations else [])
        ],
    )


def _thinned(points: list[tuple[int, float]]) -> list[tuple[int, float]]:
    """At most some hundred points, the last among them."""
    width = -(-len(points) // _CURVE_POINTS) or 1
    return points[::-1][::width][::-1]


def _status(run: str) -> dict[str, Any]:
    text = _read(lambda spark: spark.read.text(f"{run}/status.json", wholetext=True))
    if text is None:
        raise PalimpsestError(
            f"The folder {run} has no run: name the folder (runDir) of one that has begun.", "INPUT"
        )
    status: dict[str, Any] = json.loads(text.collect()[0][0])
    return status


def _metrics(run: str) -> DataFrame | None:
    """The lines of one file, and the parts that follow it on object stores."""
    parts = [_json_lines(f"{run}/metrics.jsonl"), _json_lines(f"{run}/metrics/*.jsonl")]
    frames = [part for part in parts if part is not None]
    if not frames:
        return None
    both = frames[0] if len(frames) == 1 else frames[0].unionByName(frames[1])
    return both.orderBy("step")


def _json_lines(path: str) -> DataFrame | None:
    frame = _read(lambda spark: spark.read.json(path))
    return frame if frame is not None and frame.columns else None


def _read(reading: Any) -> Any:
    """What a reading gives; None if the file does not exist."""
    try:
        return reading(SparkSession.builder.getOrCreate())
    except AnalysisException as error:
        if error.getCondition() == "PATH_NOT_FOUND":
            return None
        raise
