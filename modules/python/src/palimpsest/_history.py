"""How a training went."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, cast

from pyspark.ml.wrapper import JavaWrapper
from pyspark.sql import DataFrame
from pyspark.sql.utils import is_remote

from palimpsest._calls import calls
from palimpsest._current import current_session
from palimpsest._errors import PalimpsestError, palimpsest_errors
from palimpsest._runs import evaluations_of, metrics_of

_METRICS = "step long, loss double"
_EVALUATIONS = "step long, loss double, checkpoint string"


@dataclass(frozen=True)
class HistoryFiles:
    """Where clients of Spark Connect find a history, of which the server tells them little.

    Attributes:
        folder: of the run, or of a saved model.
        is_saved: whether it is that of a saved model.
    """

    folder: str
    is_saved: bool

    @property
    def lines(self) -> str:
        """The folder with the metrics and the evaluations."""
        return f"{self.folder}/history" if self.is_saved else self.folder

    def field(self, name: str) -> str:
        """``ending`` or ``runDir``."""
        if self.is_saved:
            session = current_session()
            text = session.read.text(f"{self.lines}/summary.json", wholetext=True).first()
            assert text is not None
            return str(json.loads(text[0])[name])
        fields = json.loads(calls().snapshot(self.folder))
        return str(fields["state"] if name == "ending" else fields["runDir"])


class TrainingHistory(JavaWrapper):
    """The summary of a training.

    Example:
        >>> model.summary.ending  # doctest: +SKIP
        'finished'
    """

    def __init__(self, java: Any, files: HistoryFiles | None = None) -> None:
        super().__init__(java)
        self._files = files

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
        return self._text("ending")

    @property
    def runDir(self) -> str:
        """The folder of the run."""
        return self._text("runDir")

    def metrics(self) -> DataFrame:
        """One row for about every second of training, with the fields of ``metrics.jsonl``."""
        if is_remote():
            found = metrics_of(self._on_server().lines)
            return found if found is not None else _empty(_METRICS)
        return self._frame("metrics")

    def evaluations(self) -> DataFrame:
        """One row per evaluation on held-out text: step, loss, checkpoint."""
        if is_remote():
            found = evaluations_of(self._on_server().lines)
            return found if found is not None else _empty(_EVALUATIONS)
        return self._frame("evaluations")

    def _text(self, name: str) -> str:
        return self._on_server().field(name) if is_remote() else str(self._call_java(name))

    def _frame(self, method: str) -> DataFrame:
        with palimpsest_errors():
            return cast(DataFrame, self._call_java(method))

    def _on_server(self) -> HistoryFiles:
        if self._files is None:
            raise PalimpsestError(
                "Over Spark Connect, the history of this model is not known: fit with a runDir"
                " without placeholders, load the model with EncoderDecoderModel.load, or use a"
                " classic session.",
                "CONFIGURATION",
            )
        return self._files


def _empty(schema: str) -> DataFrame:
    return current_session().createDataFrame([], schema)
