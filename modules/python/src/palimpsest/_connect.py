"""A fit on a Spark Connect server, in the form that a fit has in a JVM of one's own."""

from __future__ import annotations

import json
import threading
import uuid
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from palimpsest._calls import calls
from palimpsest._errors import PalimpsestError, palimpsest_errors

if TYPE_CHECKING:
    from palimpsest.pipeline import EncoderDecoderModel


class ConnectFit:
    """Runs a fit in a thread; its progress and its stop go through the folder of the run.

    Args:
        session: a session of Spark Connect.
        fit: returns the model.
        run: the folder of the run; None if only the server knows it. Then there is no progress, and
            a stop cancels the fit.
        total_steps: global step at which the run ends; 0 if it is not known.
    """

    def __init__(
        self,
        session: Any,
        fit: Callable[[], EncoderDecoderModel],
        run: str | None,
        total_steps: int,
    ) -> None:
        self._session = session
        self._fit = fit
        self._run_dir = run
        self._total_steps = total_steps
        self._tag = f"palimpsest-{uuid.uuid4().hex}"
        self._over = threading.Event()
        self._stopping = False
        self._cancelled = False
        self._model: EncoderDecoderModel | None = None
        self._failure: Exception | None = None
        self._start(self._train)

    def _start(self, target: Callable[[], None]) -> None:
        def in_session() -> None:
            # Active sessions belong to threads.
            type(self._session)._set_default_and_active_session(self._session)
            target()

        threading.Thread(target=in_session, name="palimpsest-fit", daemon=True).start()

    def _train(self) -> None:
        self._session.addTag(self._tag)
        try:
            with palimpsest_errors():
                self._model = self._fit()
        except Exception as error:
            self._failure = error
        finally:
            self._over.set()

    def ended(self, milliseconds: int) -> bool:
        """Waits for the end."""
        return self._over.wait(milliseconds / 1000)

    def snapshot(self) -> str:
        """The state as JSON: what the folder shows, and what this fit knows."""
        fields = self._files()
        if not self._over.is_set():
            begun = fields.get("state") == "training"
            fields["state"] = "stopping" if self._stopping else "training" if begun else "preparing"
        elif self._failure is not None:
            message = str(self._cancelled_or_failed()).splitlines()[0]
            fields |= {"state": "failed", "error": {"message": message}}
        else:
            fields.setdefault("state", "finished")
        return json.dumps({**fields, "totalSteps": self._total_steps})

    def _files(self) -> dict[str, Any]:
        if self._run_dir is None:
            return {}
        type(self._session)._set_default_and_active_session(self._session)
        try:
            found: dict[str, Any] = json.loads(calls().snapshot(self._run_dir))
            return found
        except PalimpsestError:  # The run has not begun.
            return {}

    def stop(self) -> None:
        """Asks for the stop, and returns at once."""
        self._stopping = True
        self._start(self._stop)

    def _stop(self) -> None:
        stopped = self._run_dir is not None and calls().stop(self._run_dir)
        if not stopped and not self._over.is_set():
            self.cancel()

    def cancel(self) -> None:
        """Interrupts the server's thread; the run ends at a checkpoint, and the model is lost."""
        self._cancelled = True
        self._session.interruptTag(self._tag)

    def model(self) -> EncoderDecoderModel:
        """The model of a fit that has ended, or its failure."""
        if self._failure is not None:
            raise self._cancelled_or_failed() from None
        assert self._model is not None
        return self._model

    def _cancelled_or_failed(self) -> Exception:
        assert self._failure is not None
        if self._cancelled and not isinstance(self._failure, PalimpsestError):
            return PalimpsestError(
                "The training was cancelled on the Spark Connect server: fit again to go on from"
                " its newest checkpoint.",
                "TIME_LIMIT",
            )
        return self._failure
