"""How a training went."""

from __future__ import annotations

from typing import cast

from pyspark.ml.wrapper import JavaWrapper
from pyspark.sql import DataFrame

from palimpsest._errors import palimpsest_errors


class TrainingHistory(JavaWrapper):
    """The summary of a training.

    Example:
        >>> model.summary.ending  # doctest: +SKIP
        'finished'
    """

    @property
    def objectiveHistory(self) -> list[float]:
        """Training loss in nats per target token, by time."""
        return list(self._call_java("objectiveHistory"))

    @property
    def totalIterations(self) -> int:
        """Global steps done."""
        return int(self._call_java("totalIterations"))

    @property
    def ending(self) -> str:
        """Why the fit ended: ``finished``, ``time-limit``, ``stopped``, or ``early``."""
        return str(self._call_java("ending"))

    @property
    def runDir(self) -> str:
        """The folder of the run."""
        return str(self._call_java("runDir"))

    def metrics(self) -> DataFrame:
        """One row for about every second of training, with the fields of ``metrics.jsonl``."""
        return self._frame("metrics")

    def evaluations(self) -> DataFrame:
        """One row per evaluation on held-out text: step, loss, checkpoint."""
        return self._frame("evaluations")

    def _frame(self, method: str) -> DataFrame:
        with palimpsest_errors():
            return cast(DataFrame, self._call_java(method))
