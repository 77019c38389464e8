"""The files of a run, read as DataFrames: from any notebook, also over Spark Connect."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from pyspark.errors import AnalysisException
from pyspark.sql import DataFrame

from palimpsest._calls import calls
from palimpsest._current import current_session
from palimpsest._display import Display, display_for
from palimpsest._errors import PalimpsestError
from palimpsest._snapshot import Snapshot

if TYPE_CHECKING:
    import pandas as pd

_POLL_SECONDS = 2.0


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
    frame = metrics_of(run)
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
    frame = evaluations_of(run)
    if frame is None:
        raise PalimpsestError(
            f"The folder {run} has no evaluations: set evaluationEvery and validationShare.",
            "INPUT",
        )
    return frame.toPandas()


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
    return Snapshot.of(calls().snapshot(run))


def metrics_of(run: str) -> DataFrame | None:
    """The lines of one file, and the parts that follow it on object stores; None without any."""
    parts = [_json_lines(f"{run}/metrics.jsonl"), _json_lines(f"{run}/metrics/*.jsonl")]
    frames = [part for part in parts if part is not None]
    if not frames:
        return None
    both = frames[0] if len(frames) == 1 else frames[0].unionByName(frames[1])
    return both.orderBy("step")


def evaluations_of(run: str) -> DataFrame | None:
    """The evaluations of a run, by step; None without any."""
    frame = _json_lines(f"{run}/evaluations.jsonl")
    return frame.orderBy("step") if frame is not None else None


def _json_lines(path: str) -> DataFrame | None:
    """The lines of files; None if there is none, or none has a line."""
    try:
        frame = current_session().read.json(path)
        # Over Spark Connect, a path is looked for when the schema is asked for.
        return frame if frame.columns else None
    except AnalysisException as error:
        if error.getCondition() == "PATH_NOT_FOUND":
            return None
        raise
